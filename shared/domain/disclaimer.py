"""The disclaimer that every chat answer and report carries."""

from typing import Final

DISCLAIMER: Final = (
    "For information only. This is not investment advice, nor an offer to buy or sell. "
    "Figures come from the sources named and may be late or wrong; check them before you act."
)
