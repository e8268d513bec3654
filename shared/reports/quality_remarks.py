"""The remarks on the quality of a report's data, in the language of the report."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from shared.domain.market_data import History, Provenance, Remark
from shared.market.analysis.indicators import WARM_UP_CANDLES
from shared.reports.language.writer import Writer

_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_FIGURE: Final = re.compile(
    r"(?<![\w.-])(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<to>[/:]\d+)?(?P<unit> ?%| [A-Z]{3}\b)?(?!-?\w)"
)
"""A number, a factor or split (1/2, 4:1), with its currency; not the number of a form (10-K)."""
_COUNTED: Final[Mapping[str, str]] = {
    "missing_sessions": "count",
    "dropped_candles": "count",
    "repaired_candles": "count",
    "omitted_returns": "count",
    "dropped_records": "count",
    "short_history": "before",
}
"""Text for the first number of a code, which is the one that matters; of other codes all numbers do."""


def remarks_of(parts: Mapping[str, Provenance], writer: Writer) -> tuple[Remark, ...]:
    """Returns the remarks on all data, each once.

    Details come in English. In another language a remark says what its code means, which data it is about and
    which figures and days it names. That the first indicators of a chart have not settled is left out where
    the latest ones have.

    Args:
        parts: The data by kind.
        writer: Writes the remarks.
    """
    history = parts.get("history")
    settled = isinstance(history, History) and len(history.candles) >= WARM_UP_CANDLES
    known = [
        (kind, remark)
        for kind, part in parts.items()
        for remark in part.quality
        if not (settled and kind == "technicals" and remark.code == "short_history")
    ]
    if writer.writes_details:
        return tuple(dict.fromkeys(_named(parts[kind], remark, parts) for kind, remark in known))
    return tuple(dict.fromkeys(_written(kind, remark, writer) for kind, remark in known))


def _named(part: Provenance, remark: Remark, parts: Mapping[str, Provenance]) -> Remark:
    """Returns a remark, named after the index or bond that it is about if that is not the subject."""
    symbol, subject = (getattr(one, "symbol", None) for one in (part, parts.get("quote")))
    if symbol is None or subject is None or symbol == subject:
        return remark
    return remark.model_copy(update={"detail": f"{symbol}: {remark.detail}"})


def _written(kind: str, remark: Remark, writer: Writer) -> Remark:
    about = {"kind": writer.text(f"kinds.{kind}"), "remark": writer.text(f"quality.{remark.code}")}
    detail = writer.say("quality.about", **about)
    if found := list(_FIGURE.finditer(_DAY.sub("", remark.detail))):
        key = _COUNTED.get(remark.code) if found[0]["to"] is None else None
        figures = [_figure(match, writer) for match in (found[:1] if key else found)]
        listed = writer.listed(list(dict.fromkeys(figures)))
        detail = writer.say(f"quality.{key or 'values'}", remark=detail, figures=listed)
    days = [writer.day(date.fromisoformat(day)) for day in dict.fromkeys(_DAY.findall(remark.detail))]
    if days:
        detail = writer.say("quality.affected", remark=detail, days=writer.listed(days))
    return Remark(code=remark.code, detail=detail)


def _figure(match: re.Match[str], writer: Writer) -> str:
    """Returns a figure of a detail with the separators of the language."""
    digits = match["digits"].replace(",", "")
    decimals = len(digits.partition(".")[2])
    return f"{writer.number(float(digits), decimals)}{match['to'] or ''}{match['unit'] or ''}"
