"""Reads tables of phrasings, and fills them with figures of the facts: right ones and wrong ones.

A table (``phrasings/en.txt``) has sections ``[metric]`` of lines such as ``{company} paid {} in dividends``:
``{}`` is the figure of the section's metric, ``{revenue}`` that of another one, ``{of other}`` that of
``{other}``, the company that it is compared with, ``:b`` behind it asks for the
short form (4.81B), ``:n`` for all digits. ``\\n`` is the end of a line of the answer. The section
``[before]`` has sentences about other metrics, ``{} | sentence`` with the metric first: each phrasing is
also checked behind one of them. Behind ``~`` stands a phrasing that does not tell the metric exactly, such as
"{company} made {}": no wrong figures are tried in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from shared.figures.reading.known_metrics import GENERIC, METRICS, Kind, relatives
from tests.unit.shared.figures.phrasing_world import Company, world

FOLDER: Final = Path(__file__).parent / "phrasings"
_FIELD: Final = re.compile(r"\{([a-z_0-9 ]*)(?::([a-z]))?\}")
_VAGUE: Final = "~ "
_OF_OTHER: Final = "of other"
_BLOCK: Final = ("-", "*", "|", "#", "•", "1.")


@dataclass(frozen=True)
class Language:
    """How a language asks and writes numbers.

    Attributes:
        question: The question, which names the company.
        decimal: The decimal separator.
        thousands: The separator of thousands.
        scales: Words for large numbers, by their size, largest first.
        short: Abbreviations of them.
        space: What stands between two sentences.
    """

    question: str
    decimal: str
    thousands: str
    scales: Sequence[tuple[float, str]]
    short: Sequence[tuple[float, str]]
    space: str = " "

    def number(self, metric: str, value: float, form: str) -> str:
        """Returns a figure as the language writes it."""
        size = abs(value)
        known = METRICS.get(metric)
        if form == "n" or (known is not None and known.kind is Kind.COUNT and size < 1e7):
            return f"{size:,.0f}".replace(",", self.thousands)
        for scale, word in self.short if form == "b" else self.scales:
            if size >= scale:
                return self._plain(size / scale, 2) + word
        kind = known.kind if known is not None else Kind.MONEY
        return self._plain(size, 2 if kind is Kind.PRICE else None)

    def _plain(self, value: float, decimals: int | None) -> str:
        if decimals is None:
            return f"{value:.3g}".replace(".", self.decimal)
        whole, _, fraction = f"{value:,.{decimals}f}".partition(".")
        return f"{whole.replace(',', self.thousands)}{self.decimal}{fraction}"


LANGUAGES: Final[Mapping[str, Language]] = {
    "en": Language(
        *("How is {company} doing?", ".", ","),
        scales=((1e12, " trillion"), (1e9, " billion"), (1e6, " million")),
        short=((1e12, "T"), (1e9, "B"), (1e6, "M")),
    ),
    "de": Language(
        *("Wie steht es um {company}?", ",", "."),
        scales=((1e12, " Billionen"), (1e9, " Milliarden"), (1e6, " Millionen")),
        short=((1e12, " Bio."), (1e9, " Mrd."), (1e6, " Mio.")),
    ),
    "fr": Language(
        *("Comment va {company} ?", ",", "\u202f"),
        scales=((1e12, " billions"), (1e9, " milliards"), (1e6, " millions")),
        short=((1e12, " Bn"), (1e9, " Md"), (1e6, " M")),
    ),
    "es": Language(
        *("¿Cómo va {company}?", ",", "."),
        scales=((1e12, " billones"), (1e9, " mil millones"), (1e6, " millones")),
        short=((1e9, " mil M"), (1e6, " M")),
    ),
    "pt": Language(
        *("Como vai a {company}?", ",", "."),
        scales=((1e12, " trilhões"), (1e9, " bilhões"), (1e6, " milhões")),
        short=((1e12, " tri"), (1e9, " bi"), (1e6, " mi")),
    ),
    "it": Language(
        *("Come va {company}?", ",", "."),
        scales=((1e12, " bilioni"), (1e9, " miliardi"), (1e6, " milioni")),
        short=((1e9, " mld"), (1e6, " mln")),
    ),
    "ja": Language(
        *("{company}の状況は？", ".", ","),
        scales=((1e12, "兆"), (1e8, "億"), (1e4, "万")),
        short=((1e12, "兆"), (1e8, "億"), (1e4, "万")),
        space="",
    ),
    "zh": Language(
        *("{company}的情况如何？", ".", ","),
        scales=((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
        short=((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
        space="",
    ),
    "ko": Language(
        *("{company}의 상황은?", ".", ","),
        scales=((1e12, "조"), (1e8, "억"), (1e4, "만")),
        short=((1e12, "조"), (1e8, "억"), (1e4, "만")),
    ),
}


@dataclass(frozen=True)
class Case:
    """An answer with one figure that a phrasing tells.

    Attributes:
        wrong: Where the wrong figure stands; None when all figures are right.
    """

    text: str
    question: str
    wrong: tuple[int, int] | None = None


@cache
def table(language: str) -> Mapping[str, Sequence[str]]:
    """Returns the phrasings of a language by metric."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("# "):
            lines.append(line.replace("\\n", "\n"))
    return sections


def languages() -> Sequence[str]:
    """Returns the languages that have a table."""
    return [language for language in LANGUAGES if (FOLDER / f"{language}.txt").exists()]


def cases(language: str, metric: str) -> Iterator[Case]:
    """Yields the answers with the phrasings of a metric: alone, behind another sentence, and wrong."""
    _, one, other = world()
    for number, phrasing in enumerate(table(language)[metric]):
        is_vague = phrasing.startswith(_VAGUE)
        phrasing, own = phrasing.removeprefix(_VAGUE), one.values[metric]
        before = _before(language, metric, number)
        wrong = _value_of_another(metric, phrasing + before, number)
        yield _filled(language, metric, phrasing, own)
        yield _filled(language, metric, before + phrasing, own)
        if is_vague:
            continue
        yield _filled(language, metric, before + phrasing, wrong, is_wrong=True)
        if "{company}" in phrasing:
            yield _filled(language, metric, phrasing, other.values[metric], is_wrong=True)


def _filled(language: str, metric: str, template: str, value: float, *, is_wrong: bool = False) -> Case:
    """Fills a template."""
    _, one, other = world()
    written = LANGUAGES[language]
    pieces: list[str] = []
    place, wrong = 0, None
    for match in _FIELD.finditer(template):
        pieces.append(template[place : match.start()])
        place = match.end()
        name, form = match[1], match[2] or ""
        if name in ("company", "other"):
            pieces.append(one.name if name == "company" else other.name)
            continue
        of, told = (
            (other, name.removeprefix(_OF_OTHER).strip()) if name.startswith(_OF_OTHER) else (one, name)
        )
        figure = of.values[told or metric] if name else value
        text = written.number(told or metric, figure, form)
        if is_wrong and not name:
            start = len("".join(pieces))
            wrong = (start, start + len(text))
        pieces.append(text)
    question = written.question.replace("{company}", one.name)
    return Case("".join([*pieces, template[place:]]), question, wrong)


def _before(language: str, metric: str, number: int) -> str:
    """Returns a sentence about another metric, with what joins it to a phrasing."""
    told = [line.split(" | ", 1) for line in table(language)["before"]]
    apart = [sentence for about, sentence in told if about not in _near(metric)]
    phrasing = table(language)[metric][number].removeprefix(_VAGUE)
    joined = "\n" if phrasing.startswith(_BLOCK) else LANGUAGES[language].space
    return apart[number % len(apart)] + joined


@cache
def _near(metric: str) -> frozenset[str]:
    """Returns a metric and those that a phrasing of it may speak of as well."""
    general = {name for name, meant in GENERIC.items() if metric in meant}
    return relatives([metric, *general]) | {one for name in general for one in GENERIC[name]}


def _value_of_another(metric: str, template: str, number: int) -> float:
    """Returns the figure of another metric that the same kind of number tells."""
    _, one, _ = world()
    own = METRICS.get(metric)
    kind = own.kind if own is not None else Kind.MONEY
    told = {match[1] for match in _FIELD.finditer(template)}
    others = [
        name
        for name in one.values
        if name in METRICS and METRICS[name].kind is kind and name not in _near(metric) and name not in told
    ]
    alike = [name for name in others if _is_alike(one, metric, name)]
    return one.values[alike[number % len(alike)] if alike else others[number % len(others)]]


def _is_alike(company: Company, metric: str, other: str) -> bool:
    """Returns whether two figures are of a size that is written in the same way."""
    sizes = [abs(company.values[name]) for name in (metric, other)]
    return max(sizes) < 50 * min(sizes) and (max(sizes) < 1e6 or min(sizes) >= 1e6)
