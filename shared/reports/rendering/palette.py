"""The colours of charts by purpose: one set for white paper, one for dark screens.

A chart is drawn in the light colours. In HTML each becomes a CSS variable, so that the same drawing is
readable in both; every pair of colour and ground has a contrast of 3 to 1 at least, text 4.5 to 1 (WCAG 2.2),
but for the grid and the volume, which are only background.
"""

from typing import Final

LIGHT: Final = {
    "text": "#46505f",
    "axis": "#98a2b1",
    "grid": "#e3e7ed",
    "main": "#1c57c4",
    "fast": "#b45f06",
    "slow": "#7a3fb8",
    "volume": "#9fb0c9",
    "up": "#15803d",
    "down": "#c62828",
    "level": "#6b7787",
}
DARK: Final = {
    "text": "#b6c0ce",
    "axis": "#66717f",
    "grid": "#2c343f",
    "main": "#7aa7ff",
    "fast": "#f0a94b",
    "slow": "#c89bf5",
    "volume": "#53647f",
    "up": "#4ccb7f",
    "down": "#ff7b7b",
    "level": "#8b97a7",
}
