"""Finds the dates and reporting periods of a text."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from shared.figures.reading.period_patterns import (
    BARE_YEAR,
    CENTURY,
    DATE_WITH_MONTH,
    DAYS_OF_CJK_MONTH,
    FOLDED_MONTHS,
    IS_FISCAL,
    LISTED_MONTH,
    MAX_APART,
    MAY_BE_DATE,
    MAY_BE_PART,
    MONTH_OF_QUARTER,
    MONTHS,
    NUMBERED_QUARTER,
    NUMERIC_DATE,
    OF_YEAR,
    ORDINALS,
    PART_KEYS,
    PART_LETTERS,
    PART_OF_YEAR,
    QUARTER_OF_MONTH,
    SHORT_CJK_YEAR,
    SPAN_OF_DAYS,
)
from shared.figures.reading.stated_periods import (
    MONTHS_OF_QUARTER,
    MONTHS_OF_YEAR,
    PeriodMention,
    StatedPeriod,
)


def find_periods(text: str, keys: AbstractSet[str]) -> list[PeriodMention]:
    """Returns the dates, times and periods of a text that cannot be anything else, in order.

    Years that stand alone are found by ``bare_years``, since they may be figures.

    Args:
        text: One sentence.
        keys: The folded forms of its words.
    """
    found: list[PeriodMention] = []
    if MAY_BE_DATE.search(text):
        if "月" in text or "월" in text:
            found += _days_of_cjk_spans(text)
        found += [PeriodMention(_numeric_date(match), *match.span()) for match in NUMERIC_DATE.finditer(text)]
        if "年" in text or "년" in text:
            found += _short_years(text, found)
    if not keys.isdisjoint(FOLDED_MONTHS):
        listed = LISTED_MONTH.match(text)
        start = listed.end() if listed else 0
        found += _days_of_spans(text)
        found += [
            PeriodMention(_named_date(match), *match.span())
            for match in DATE_WITH_MONTH.finditer(text, start)
        ]
    is_possible = not keys.isdisjoint(PART_LETTERS) or not text.isascii()
    if not keys.isdisjoint(PART_KEYS) or (is_possible and MAY_BE_PART.search(text)):
        found += [PeriodMention(_part_of_year(match), *match.span()) for match in PART_OF_YEAR.finditer(text)]
    if not found:
        return found
    found.sort(key=lambda mention: (mention.start, -mention.end))
    found += [*_other_quarters(text, found), *_other_months(text, found)]
    found.sort(key=lambda mention: (mention.start, -mention.end))
    apart = [
        mention for index, mention in enumerate(found) if not index or mention.start >= found[index - 1].end
    ]
    return apart if text.isascii() else _joined(text, apart)


def _joined(text: str, found: Sequence[PeriodMention]) -> list[PeriodMention]:
    """Returns periods, a quarter or half with the year right before it as one: ``2026年第三季度``."""
    joined: list[PeriodMention] = []
    for mention in found:
        year = joined[-1] if joined else None
        if year is not None and _is_year_of(text, year, mention) and year.period and mention.period:
            period = replace(mention.period, year=year.period.year, fiscal=year.period.fiscal)
            joined[-1] = PeriodMention(period, year.start, mention.end)
        else:
            joined.append(mention)
    return joined


def _is_year_of(text: str, year: PeriodMention, part: PeriodMention) -> bool:
    if year.period is None or part.period is None or year.period != StatedPeriod(year.period.year):
        return False
    is_part = part.period.year is None and bool(part.period.quarter or part.period.half)
    return is_part and OF_YEAR.fullmatch(text, year.end, part.start) is not None


def _other_quarters(text: str, found: Sequence[PeriodMention]) -> list[PeriodMention]:
    """Returns the quarters that are only numbered: ``1.85 im dritten Quartal, im zweiten 1.76``."""
    known = [one for one in found if one.period is not None and one.period.quarter]
    others: list[PeriodMention] = []
    for match in NUMBERED_QUARTER.finditer(text, known[0].end) if known else ():
        start = match.start("number")
        if any(one.start <= start < one.end for one in found):
            continue
        # The year is that of the quarter before it.
        before = max((one for one in known if one.end <= start), key=lambda one: one.end)
        year = _year(match["year"]) or (before.period.year if before.period is not None else None)
        period = StatedPeriod(year, quarter=ORDINALS[match["number"].lower()])
        others.append(PeriodMention(period, start, match.end()))
        known.append(others[-1])
    return others


def _other_months(text: str, found: Sequence[PeriodMention]) -> Iterator[PeriodMention]:
    """Yields the quarters that only their last months name: ``2.1 in the December quarter, in June 2.6``."""
    months = [one for one in found if one.period is not None and one.period.month and not one.period.is_day]
    if not any(QUARTER_OF_MONTH.match(text, one.start) for one in months):
        return
    for match in MONTH_OF_QUARTER.finditer(text, months[0].end):
        month = MONTHS[match["month"].lower().rstrip(".")]
        yield PeriodMention(StatedPeriod(month=month), *match.span("month"))


def _days_of_spans(text: str) -> Iterator[PeriodMention]:
    """Yields both days of spans within one month: ``February 14–18, 2027``, ``14 to 18 February``."""
    for match in SPAN_OF_DAYS.finditer(text):
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
    for match in DAYS_OF_CJK_MONTH.finditer(text):
        year, month = _int(match["year"]), int(match["month"])
        first, last = int(match["first"]), int(match["last"])
        if 0 < first < last and month <= MONTHS_OF_YEAR:
            yield PeriodMention(StatedPeriod(year, month=month, day=first), match.start(), match.end("first"))
            yield PeriodMention(StatedPeriod(year, month=month, day=last), match.start("last"), match.end())


def _short_years(text: str, found: Sequence[PeriodMention]) -> list[PeriodMention]:
    """Returns the years of two digits beside one of four: ``2026年は28.70ユーロ、27年は38.30ユーロ``."""
    full = [one.period.year for one in found if one.period is not None and one.period.year is not None]
    return [
        PeriodMention(StatedPeriod(year), *match.span())
        for match in SHORT_CJK_YEAR.finditer(text)
        if any(0 < abs((year := CENTURY + int(match[1])) - one) <= MAX_APART for one in full)
    ]


def bare_years(text: str) -> Iterator[tuple[int, int, int]]:
    """Yields the numbers that may be years: year, start, end."""
    if "19" in text or "20" in text:
        for match in BARE_YEAR.finditer(text):
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
    is_quarter = last - first + 1 == MONTHS_OF_QUARTER and last % MONTHS_OF_QUARTER == 0
    return StatedPeriod(quarter=last // MONTHS_OF_QUARTER) if is_quarter and last <= MONTHS_OF_YEAR else None


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
        quarter = ORDINALS.get(written.lower()) or int(written)
        fiscal = IS_FISCAL.search(match[0]) is not None
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
    return MONTHS.get(name.lower().rstrip("."))


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _year(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
