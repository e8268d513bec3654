"""Words for the zones of the RSI: ``overbought`` after a fast rise, ``oversold`` after a fast fall."""

from typing import Final

OVERBOUGHT: Final = r"overbought|überkauft|surach|sobrecompr|ipercompr|買われ(?:すぎ|過ぎ)|超[买買]|과매수"
"""Alternatives of a regular expression, as the beginnings of the words."""
OVERSOLD: Final = (
    r"oversold|überverkauft|survend|survent|sobreven[td]|ipervend|売られ(?:すぎ|過ぎ)|超[卖賣]|과매도"
)
ZONE: Final = f"{OVERBOUGHT}|{OVERSOLD}"
