"""Dates and reporting periods of a text and of facts, and whether two of them can be the same."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.figures.reading.lexicon import fold, word_set

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jän januari janvier janv enero ene janeiro gennaio gen",
            "february feb februar février févr fevr febrero fevereiro fev febbraio",
            "march mar märz mär mrz mars marzo março",
            "april apr avril avr abril abr aprile",
            "may mai mayo maio maggio mag",
            "june jun juni juin junio junho giugno giu",
            "july jul juli juillet juil julio julho luglio lug",
            "august aug août aout agosto ago",
            "september sep sept septembre septiembre setembro set settembre",
            "october oct oktober okt octobre octubre outubro out ottobre ott",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre déc diciembre dic dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_ORDINALS: Final = {
    word: number
    for number, words in {
        1: "first erste ersten erstes 1st 1. premier primer primero primeiro primo 1er 1º 一",
        2: "second zweite zweiten zweites 2nd 2. deuxième segundo secondo 2e 2º 二",
        3: "third dritte dritten drittes 3rd 3. troisième tercer tercero terceiro terzo 3e 3º 三",
        4: "fourth vierte vierten viertes 4th 4. quatrième cuarto quarto 4e 4º 四",
    }.items()
    for word in words.split()
}


def _one_of(words: Iterator[str] | dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH: Final = rf"(?<![^\W\d_])(?:{_one_of(_MONTHS)})(?![^\W\d_])\.?"
_ENGLISH_WORD: Final = r"(?:set|out|ago)(?![^\W\d_])"
"""Short forms of months that are English words too."""
_MONTH_FIRST: Final = rf"(?!{_ENGLISH_WORD}){_MONTH}"
"""Before its day, or before "quarter": where these forms are written, the day is first."""
_MONTH_BEHIND: Final = rf"(?!out\sof\b){_MONTH}"
"""Behind its day: "12 out 2026", but "12 out of 20"."""
_MONTH_ALONE: Final = (
    rf"(?:(?!{_ENGLISH_WORD}(?!\.|\s(?:de|del|di)\s)){_MONTH}"
    rf"|(?:(?<=\b(?:de|di|da|do|em|en)\s)|(?<=\b(?:del|dal|nel)\s)){_MONTH})"
)
"""Without a day: "set. 2026", "em set 2026", "set de 2026", but "management set 2026 revenue guidance"."""
_YEAR: Final = r"(?:19|20)\d{2}"
_SHORT: Final = rf"(?:{_YEAR}|\d{{2}}(?![.,]\d|\s?%))(?!\d)"
_FISCAL: Final = (
    r"(?:fiscal\s(?:year\s)?|FY\s?|financial\syear\s|Geschäftsjahr(?:es)?\s|GJ\s?|exercice\s|ejercicio\s"
    r"|exercício\s|esercizio\s)"
)
_OF: Final = r"(?:,?\s(?:of\s|de\s|del\s|do\s|im\s|des\s|du\s|di\s)?|/|')"
_NUMERIC: Final = re.compile(
    "|".join(
        (
            (
                rf"(?P<iso>{_YEAR}-\d{{2}}-\d{{2}})(?:T[\d:.]+(?:Z|[+-]\d{{2}}:\d{{2}})?"
                rf"|\s\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s?UTC)?)?(?!\d)"
            ),
            rf"(?P<numeric>\d{{1,2}}[./]\d{{1,2}}[./](?:{_YEAR}))(?!\d)",
            (
                rf"(?P<cjk>(?P<cy>{_YEAR})\s?(?:[年년](?:度|도|财年|会计年度|財年"
                rf"|财报)?|财年|財年|会计年度|會計年度|회계연도)(?:\s?(?P<cm>\d{{1,2}})\s?[月월](?:\s?(?P<cd>\d{{1,2}})\s?[日일号號])?)?"
                rf"|(?P<cm2>\d{{1,2}})\s?[月월]\s?(?P<cd2>\d{{1,2}})\s?[日일号號])"
            ),
            # "7-9月期", "10~12월"
            r"(?P<months>(?<![\d.,])(?P<first>\d{1,2})\s?[-–~～〜至到]\s?(?P<last>\d{1,2})\s?[月월](?!\s?\d))",
            (
                r"(?P<clock>(?<![\d.,])\d{1,2}\s?(?:[時时点點시]\s?"
                r"(?:\d{1,2}\s?[分분]|半|(?=に|、|，|。|收|开|開|闭|閉))|h(?:\s?\d{2})?(?!\w)))"
            ),
            (
                r"(?P<time>(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:a\.?m|p\.?m|UTC|GMT|Uhr|h|ET|CET"
                r"|EST)\b\.?)?(?!\d))"
            ),
            (
                rf"(?P<season>(?<![\d.,$€£¥]){_YEAR}(?:/|–|-|-to-|\sto\s|\sand\s|\sbis\s|\sà\s|\sa\s)(?:{_YEAR}"
                rf"|\d{{2}})(?![\d%,.]\d|\d|\s?%|-\d))"
            ),
            # "am 15.1."
            (
                r"(?P<daymonth>(?:(?<=\b(?:am|im|ab)\s)|(?<=\b(?:vom|zum|bis|dem|den)\s)|(?<=\bseit\s)"
                r"|(?<=[(（])(?=[\d.]{4,6}[:)）]))"
                r"(?:3[01]|[12]\d|0?[1-9])\.(?:1[0-2]|0?[1-9])\.(?!\d))"
            ),
            r"(?P<monthday>(?<=ends\s|ding\s|day\)\s)(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))",
            rf"(?P<marked>(?<![\w.,$€£¥]){_YEAR}(?:[EeFA]|s)(?![^\W_]))",
        )
    ),
    re.IGNORECASE,
)
_ENDING: Final = (
    r"(?:to|through|(?:ending|ended)(?:\sin)?|bis|bis zum|clos en|terminé en|jusqu'en|hasta|terminado en"
    r"|cerrado en|até|encerrado em|chiuso a|fino a)"
)
"""Between "quarter" and the month in which it ends."""
_WITH_MONTH: Final = re.compile(
    "|".join(
        (
            (
                rf"(?P<mdy>(?P<m1>{_MONTH_FIRST})\s(?P<d1>3[01]|[012]?\d)(?:st|nd|rd|th)?(?!\d|[.,]\d"
                rf"|\s?%)(?:,?\s(?P<y1>{_YEAR})(?!\d))?)"
            ),
            (
                rf"(?P<dmy>(?<![\d.,])(?P<d2>3[01]|[012]?\d)(?:st|nd|rd|th|er|º|°|\.)?\s(?:of\s|de\s"
                rf"|di\s)?(?P<m2>{_MONTH_BEHIND})(?:,?\s(?:de\s|del\s|do\s)?(?P<y2>{_YEAR})(?!\d))?)"
            ),
            # "the September quarter": the one that ends then.
            (
                rf"(?P<mq>(?P<m4>{_MONTH_FIRST})[\s-]?(?:quarters?|Quartal)(?:\s(?:of\s)?(?P<y4>{_YEAR})(?!\d))?"
                rf"|(?:quarter|Quartal|trimestre)\s{_ENDING}\s(?P<m6>{_MONTH})(?:\s(?P<y6>{_YEAR})(?!\d))?"
                rf"(?![^\W_]|\s\d{{1,2}}(?!\d))|trimestre\s(?:de\s|d'|di\s)(?P<m5>{_MONTH}))"
            ),
            rf"(?P<my>(?P<m3>{_MONTH_ALONE})(?:,?\s(?:of\s|de\s|del\s|do\s)?)(?P<y3>{_YEAR})(?!\d|,\d))",
        )
    ),
    re.IGNORECASE,
)
_DAY_NUMBER: Final = r"(?:3[01]|[012]?\d)"
_DASH_OR_TO: Final = (
    r"\s?[–—-]\s?"
    r"|\s(?:to|through|until|bis(?:\szum)?|au|al|a|até|and|und(?:\sdem)?|et(?:\sle)?|y(?:\sel)?|e)\s"
)
_DAYS_OF_CJK_MONTH: Final = re.compile(
    rf"(?:(?P<year>{_YEAR})\s?[年년]\s?)?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<first>{_DAY_NUMBER})\s?[日일号號]?"
    rf"\s?(?:から|[-–~～〜至到]|부터|에서)\s?(?P<last>{_DAY_NUMBER})\s?[日일号號]"
)
_SPAN_OF_DAYS: Final = re.compile(
    "|".join(
        (
            # "May 3 and 18 analysts" is no span: without a year only a dash or "between" makes one.
            (
                rf"(?P<between>(?:between|zwischen|entre|tra)\s)?(?P<m1>{_MONTH_FIRST})\s(?P<a1>{_DAY_NUMBER})"
                rf"(?:st|nd|rd|th)?(?P<by1>{_DASH_OR_TO})(?P<b1>{_DAY_NUMBER})"
                rf"(?:st|nd|rd|th)?(?!\d|[.,]\d|\s?%)(?:,?\s(?P<y1>{_YEAR})(?!\d))?"
            ),
            (
                rf"(?<![\d.,$€£¥])(?P<a2>{_DAY_NUMBER})(?:st|nd|rd|th|\.)?"
                rf"(?:{_DASH_OR_TO})(?:el\s|le\s|il\s)?(?P<b2>{_DAY_NUMBER})(?:st|nd|rd|th|\.)?\s"
                rf"(?:of\s|de\s|di\s)?(?P<m2>{_MONTH_BEHIND})(?:,?\s(?:de\s|del\s|do\s)?(?P<y2>{_YEAR})(?!\d))?"
            ),
        )
    ),
    re.IGNORECASE,
)
_PART_OF_YEAR: Final = re.compile(
    "|".join(
        (
            (
                rf"(?P<quarter>(?<![^\W_])(?<![.,])(?:[QT](?P<q1>[1-4])|(?P<q2>[1-4])(?:Q"
                rf"|T(?=\s?\d\d)))(?:(?!,\s\d\d(?!\d)){_OF}?(?:{_FISCAL})?(?P<qy>{_SHORT}))?(?![^\W_])"
                rf"|(?P<q3>{_one_of(_ORDINALS)})[\s-](?:fiscal\s)?(?:quarter|Quartals?"
                rf"|trimestre)(?:{_OF}(?:{_FISCAL}|the\s)?(?P<qy2>{_YEAR})(?!\d))?"
                rf"|第(?P<q4>[一二三四1-4])(?:四半期|季度|季)|(?P<q5>[1-4])\s?분기|Quartal\s(?P<q6>[1-4])(?![.,]?\d))"
            ),
            (
                rf"(?P<half>(?<![^\W_])(?:H(?P<h1>[12])|(?P<h2>[12])H"
                rf"|S(?P<h3>[12])(?=\s{_YEAR}))(?:{_OF}?(?:FY)?(?P<hy>{_SHORT}))?(?![^\W_])"
                rf"|(?P<h4>first|second|erste[ns]?|zweite[ns]?|premier|deuxième|second|primer|segundo"
                rf"|primeiro)[\s-](?:half|Halbjahr|Jahreshälfte"
                rf"|semestre)(?:{_OF}(?:{_FISCAL})?(?P<hy2>{_YEAR})(?!\d))?)"
            ),
            rf"(?P<fiscal>(?<![^\W_]){_FISCAL}'?(?P<fy>{_SHORT})(?:[EeFA])?(?![^\W_]))",
        )
    ),
    re.IGNORECASE,
)
_MAY_BE_DATE: Final = re.compile(
    r"\d(?:\d-\d\d|\d{3}|:\d\d|[./]\d{1,2}[./]|\s?[時时点點시]|\s?h\b|\d?\s?[月월])"
)
_MAY_BE_PART: Final = re.compile(r"[QTHSqths][1-4]|[1-4][QTHqth]|第.(?:四半期|季)|분기")
_NUMBERED_QUARTER: Final = re.compile(
    r"\b(?:im|au|en el|no|nel|in the)\s"
    rf"(?P<number>{_one_of(word for word in _ORDINALS if len(word) > 2 and word.isalpha())})"
    r"(?=,|\s(?:[A-Z]{0,3}[\d$€£]|waren?\b|hatte|havia|había|avait|era\b|it\b|was\b))",
    re.IGNORECASE,
)
"""A quarter beside another one: ``au troisième 8,77 $``."""
_PART_LETTERS: Final = frozenset("qths")
"""Letters of quarters and halves, which are tokens of their own: "Q3", "2H"."""
_PART_KEYS: Final = frozenset(
    map(
        fold,
        word_set(
            """
            fy fye gj fiscal financial quarter quartal quartals trimestre half halbjahr jahreshälfte semestre
            geschäftsjahr geschäftsjahres exercice ejercicio exercício esercizio
            """
        ),
    )
)
_FOLDED_MONTHS: Final = frozenset(map(fold, _MONTHS))
_BARE_YEAR: Final = re.compile(rf"(?<![\w.,$€£¥₹₩%+−])(?<![-])({_YEAR})(?![\d%$€£¥x×]|[.,]\d|\s?(?:%|％))")
_IS_FISCAL: Final = re.compile(rf"fiscal|{_FISCAL}", re.IGNORECASE)
_SLACK_DAYS: Final = 1
_MONTHS_OF_YEAR: Final = 12
_MONTHS_OF_QUARTER: Final = 3


SOME_QUARTER: Final = 0
"""In place of a quarter's number: one of the year."""


@dataclass(frozen=True, slots=True)
class StatedPeriod:
    """A date, a reporting period or a part of one; what is not told is None."""

    year: int | None = None
    quarter: int | None = None
    half: int | None = None
    month: int | None = None
    day: int | None = None
    fiscal: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.year is not None and self.quarter is None and self.half is None and self.month is None

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.day is not None and self.month is not None

    def __str__(self) -> str:
        if self.is_day:
            return f"{self.year or ''}-{self.month:02}-{self.day:02}".lstrip("-")
        part = f"Q{self.quarter} " if self.quarter else f"H{self.half} " if self.half else ""
        month = f"-{self.month:02}" if self.month else ""
        return f"{part}{'FY' if self.fiscal and not part else ''}{self.year or ''}{month}".strip()


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A date or period in a text, and where it is; ``period`` is None for a time of day."""

    period: StatedPeriod | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FactPeriod:
    """The period that a figure of the facts is about.

    Attributes:
        year: Fiscal year, or the year of the end.
        quarter: Quarter of that year; None for a whole year or a day.
        end: The last day, or the day itself.
        is_day: Whether it is one day.
        is_snapshot: Whether the figure is the latest one as of that day, and not of that day alone.
        told: The day on which it was reported, for a figure of a reporting period.
    """

    year: int | None = None
    quarter: int | None = None
    end: date | None = None
    is_day: bool = False
    is_snapshot: bool = False
    told: date | None = None

    def __str__(self) -> str:
        if self.is_day and self.end:
            return self.end.isoformat()
        name = f"Q{self.quarter} {self.year}" if self.quarter else f"FY{self.year}" if self.year else ""
        return name or (self.end.isoformat() if self.end else "")


def find_periods(text: str, keys: AbstractSet[str]) -> list[PeriodMention]:
    """Returns the dates, times and periods of a text that cannot be anything else, in order.

    Years that stand alone are found by ``bare_years``, since they may be figures.

    Args:
        text: One sentence.
        keys: The folded forms of its words.
    """
    found: list[PeriodMention] = []
    if _MAY_BE_DATE.search(text):
        if "月" in text or "월" in text:
            found += _days_of_cjk_spans(text)
        found += [PeriodMention(_numeric_date(match), *match.span()) for match in _NUMERIC.finditer(text)]
    if not keys.isdisjoint(_FOLDED_MONTHS):
        found += _days_of_spans(text)
        found += [PeriodMention(_named_date(match), *match.span()) for match in _WITH_MONTH.finditer(text)]
    is_possible = not keys.isdisjoint(_PART_LETTERS) or not text.isascii()
    if not keys.isdisjoint(_PART_KEYS) or (is_possible and _MAY_BE_PART.search(text)):
        found += [
            PeriodMention(_part_of_year(match), *match.span()) for match in _PART_OF_YEAR.finditer(text)
        ]
    found.sort(key=lambda mention: (mention.start, -mention.end))
    found += _other_quarters(text, found)
    found.sort(key=lambda mention: (mention.start, -mention.end))
    return [
        mention for index, mention in enumerate(found) if not index or mention.start >= found[index - 1].end
    ]


def _other_quarters(text: str, found: Sequence[PeriodMention]) -> list[PeriodMention]:
    """Returns the quarters that are only numbered: ``1.85 im dritten Quartal, im zweiten 1.76``."""
    first = next((one for one in found if one.period is not None and one.period.quarter), None)
    if first is None or first.period is None:
        return []
    spans = [(one.start, one.end) for one in found]
    return [
        PeriodMention(
            StatedPeriod(first.period.year, quarter=_ORDINALS[match["number"].lower()]), *match.span("number")
        )
        for match in _NUMBERED_QUARTER.finditer(text, first.end)
        if not any(start <= match.start("number") < end for start, end in spans)
    ]


def _days_of_spans(text: str) -> Iterator[PeriodMention]:
    """Yields both days of spans within one month: ``February 14–18, 2027``, ``14 to 18 February``."""
    for match in _SPAN_OF_DAYS.finditer(text):
        form = "1" if match["m1"] else "2"
        first, last = int(match["a" + form]), int(match["b" + form])
        written_as_span = form == "2" or match["y1"] or match["between"] or match["by1"].strip() in "–—-"
        if not 0 < first < last or not written_as_span:
            continue
        year, month = _int(match["y" + form]), _month(match["m" + form])
        begins = match.start("m1") if form == "1" else match.start("a2")
        yield PeriodMention(StatedPeriod(year, month=month, day=first), begins, match.end("a" + form))
        yield PeriodMention(StatedPeriod(year, month=month, day=last), match.start("b" + form), match.end())


def _days_of_cjk_spans(text: str) -> Iterator[PeriodMention]:
    """Yields both days of spans within one month: ``2027年2月14日から18日``."""
    for match in _DAYS_OF_CJK_MONTH.finditer(text):
        year, month = _int(match["year"]), int(match["month"])
        first, last = int(match["first"]), int(match["last"])
        if 0 < first < last and month <= _MONTHS_OF_YEAR:
            yield PeriodMention(StatedPeriod(year, month=month, day=first), match.start(), match.end("first"))
            yield PeriodMention(StatedPeriod(year, month=month, day=last), match.start("last"), match.end())


def bare_years(text: str) -> Iterator[tuple[int, int, int]]:
    """Yields the numbers that may be years: year, start, end."""
    if "19" in text or "20" in text:
        for match in _BARE_YEAR.finditer(text):
            yield int(match[1]), match.start(), match.end()


def _numeric_date(match: re.Match[str]) -> StatedPeriod | None:
    groups = match.groupdict()
    if groups["iso"]:
        year, month, day = map(int, groups["iso"].split("-"))
        return StatedPeriod(year, month=month, day=day)
    if groups["numeric"]:
        return _numeric(groups["numeric"])
    if groups["daymonth"]:
        day, month = map(int, groups["daymonth"].rstrip(".").split("."))
        return StatedPeriod(month=month, day=day)
    if groups["cjk"]:
        return StatedPeriod(
            _int(groups["cy"]),
            month=_int(groups["cm"] or groups["cm2"]),
            day=_int(groups["cd"] or groups["cd2"]),
        )
    if groups["months"]:
        return _of_months(int(groups["first"]), int(groups["last"]))
    if groups["marked"] and match[0][-1] not in "sS":
        return StatedPeriod(int(match[0][:4]))
    return None


def _of_months(first: int, last: int) -> StatedPeriod | None:
    """The quarter that begins and ends with some months, as ``7-9月期``; None for another span."""
    is_quarter = last - first + 1 == _MONTHS_OF_QUARTER and last % _MONTHS_OF_QUARTER == 0
    return (
        StatedPeriod(quarter=last // _MONTHS_OF_QUARTER) if is_quarter and last <= _MONTHS_OF_YEAR else None
    )


def _named_date(match: re.Match[str]) -> StatedPeriod:
    groups = match.groupdict()
    if groups["mq"]:
        month = _month(groups["m4"] or groups["m5"] or groups["m6"])
        return StatedPeriod(_int(groups["y4"] or groups["y6"]), month=month)
    if groups["my"]:
        return StatedPeriod(int(groups["y3"]), month=_month(groups["m3"]))
    number = "1" if groups["mdy"] else "2"
    return StatedPeriod(
        _int(groups["y" + number]), month=_month(groups["m" + number]), day=int(groups["d" + number])
    )


def _part_of_year(match: re.Match[str]) -> StatedPeriod:
    groups = match.groupdict()
    if groups["quarter"]:
        written = next(groups[name] for name in ("q1", "q2", "q3", "q4", "q5", "q6") if groups[name])
        quarter = _ORDINALS.get(written.lower()) or int(written)
        fiscal = _IS_FISCAL.search(match[0]) is not None
        return StatedPeriod(_year(groups["qy"] or groups["qy2"]), quarter=quarter, fiscal=fiscal)
    if groups["half"]:
        written = (groups["h1"] or groups["h2"] or groups["h3"] or groups["h4"]).lower()
        first = written in ("1", "first", "premier", "primer", "primeiro") or written.startswith("erst")
        return StatedPeriod(_year(groups["hy"] or groups["hy2"]), half=1 if first else 2)
    return StatedPeriod(_year(groups["fy"]), fiscal=True)


def _numeric(written: str) -> StatedPeriod | None:
    first, second, year = (int(part) for part in re.split(r"[./]", written))
    day_first = "." in written or first > 12
    day, month = (first, second) if day_first else (second, first)
    if month > 12:
        day, month = month, day
    # 03/04/2026 is the third of April or the fourth of March: only the year is certain.
    if "/" in written and first <= 12 and second <= 12 and first != second:
        return StatedPeriod(year)
    return StatedPeriod(year, month=month, day=day)


def _month(name: str) -> int | None:
    return _MONTHS.get(name.lower().rstrip("."))


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _year(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def agrees(claimed: StatedPeriod, fact: FactPeriod | None) -> bool:
    """Tells whether a figure of a fact can be of a period that a text names.

    A snapshot (a price, a ratio of today) agrees with its day, month and year, and with the year before:
    the sources do not tell the end of their last twelve months.
    """
    if fact is None or (fact.end is None and fact.year is None):
        return True
    if fact.is_snapshot:
        return _agrees_with_snapshot(claimed, fact)
    if claimed.is_day or claimed.month is not None:
        return any(day is not None and _agrees_with_day(claimed, day) for day in (fact.end, fact.told))
    if fact.is_day:
        return fact.end is None or claimed.year in (None, fact.end.year)
    if claimed.quarter and fact.quarter is None and fact.year is None and fact.end is not None:
        return _ends_with_quarter(claimed, claimed.quarter, fact.end)
    if claimed.quarter == SOME_QUARTER:
        if fact.quarter is None and (fact.year is not None or fact.end is None):
            return False
    elif claimed.quarter is not None and claimed.quarter != fact.quarter:
        return False
    if (
        claimed.quarter is None
        and claimed.half is None
        and fact.quarter is not None
        and claimed.year is not None
    ):
        return False
    years = {fact.year, fact.end.year if fact.end and not fact.year else fact.year}
    return claimed.year is None or claimed.year in years


def _ends_with_quarter(claimed: StatedPeriod, quarter: int, end: date) -> bool:
    """Whether a period of which only the end is known can be a quarter.

    It is the quarter of the calendar, unless the text says that it is a fiscal one, or the period ends
    otherwise than those of the calendar.
    """
    if not claimed.fiscal and end.month % _MONTHS_OF_QUARTER == 0:
        return quarter == end.month // _MONTHS_OF_QUARTER and claimed.year in (None, end.year)
    # The fiscal year that has the quarter ends up to three quarters later, and is called by that year.
    last = end.year * _MONTHS_OF_YEAR + end.month - 1 + (4 - quarter) * _MONTHS_OF_QUARTER
    return claimed.year in (None, last // _MONTHS_OF_YEAR, last // _MONTHS_OF_YEAR - 1)


def _agrees_with_day(claimed: StatedPeriod, day: date) -> bool:
    if claimed.year not in (None, day.year) or claimed.month not in (None, day.month):
        return False
    return claimed.day is None or claimed.day == day.day


def _agrees_with_snapshot(claimed: StatedPeriod, fact: FactPeriod) -> bool:
    day = fact.end
    if day is None:
        return True
    if claimed.is_day and fact.is_day:
        year = claimed.year or day.year
        try:
            # The exchange's day and the day in UTC may differ.
            return abs((date(year, claimed.month or 1, claimed.day or 1) - day).days) <= _SLACK_DAYS
        except ValueError:
            return False
    return claimed.year is None or day.year - 2 < claimed.year <= day.year + 1
