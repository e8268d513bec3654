"""Reads tables that an answer contains: a number is what its row and its column say."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from shared.figures.claims.binder import bind
from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.metric_binding import QUARTER
from shared.figures.claims.net_cash import names_negative
from shared.figures.claims.unit_fit import metrics_for
from shared.figures.derivations.customary_forms import is_level
from shared.figures.facts.table_scales import scale_of
from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Number, Sentence
from shared.figures.reading.sentence_reader import Reader
from shared.figures.reading.shared_units import scaled_tolerance
from shared.figures.reading.stated_periods import PeriodMention
from shared.figures.reading.units import Unit
from shared.figures.tables.scenario_rows import bind_scenario, is_scenario

_SHARE_OF: Final = re.compile(
    r"(?:%|percent(?:age)?|share|Anteil|part|parte|quota)\s(?:of|am|an|du|de|del|dei|da)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
"""Before what the numbers of a row or column are parts of: "% of revenue"."""
_OVER: Final = re.compile(r"[^\W\d_]\)?\s?(?:/|÷|:|to|zu|sur|a|su)\s?$")
"""Between the two names of a ratio: "R&D / revenue"."""
_SLASH: Final = re.compile(r"\s/\s")
"""Between two names of a label, and between the numbers of its cells."""
_BEFORE_DIGITS: Final = re.compile(r"\D+(?=\d+\s*$)")
_OPENED: Final = ("(", "（")
_NEGATIVE: Final = re.compile(r"\s*[(（]\s*\D{0,4}\d[\d.,]*[^()（）\d]{0,9}[)）]\s*")
"""A cell with nothing but a number in brackets, which accountants write for a negative one."""
_OR_DEBT: Final = re.compile(
    r"[(（](?:net\s)?(?:debt|Schulden|Verschuldung|dette|deuda|dívida|debito)[)）]", re.IGNORECASE
)
"""In the title of a row whose amounts in brackets are debt: ``Net cash (debt)``."""
_IN_BRACKETS: Final = re.compile(r"([^()（）]+)[(（]([^()（）]+)[)）]")
_TWO_IN_BRACKETS: Final = re.compile(r"([^()（）]+)[(（]([^()（）/]+)\s?/\s?([^()（）/]+)[)）]")
_CHANGE: Final = re.compile(
    r"Δ|\b(?:YoY|Y/Y|change|Veränd\w*|variation|variación|variação|variazione)\b|増減|前[年期]同?[期月]?比|变化|變化|同比|环比|環比|增减|전년\s?(?:동기\s?)?(?:대비|比)|전기\s?대비|증감|변화",
    re.IGNORECASE,
)
_DISTANCE: Final = re.compile(
    r"\b(?:distance|gap|implied|potential|difference|diff|away|room|off|from|Abstand|Differenz|Potenzial|écart|potentiel"
    r"|distancia|diferencia|potencial|distância|diferença|scostamento|distanza|differenza|potenziale)\b"
    r"|乖離|差|距离|괴리",
    re.IGNORECASE,
)
"""In the title of percentages that tell how far the price is from a level."""
_CELL: Final = re.compile(r"[^|\t]+")
_RANK: Final = RarePattern(
    r"[\s*#.()–—-]*(?:\d{1,2})?[\s*.)ºª°\N{VARIATION SELECTOR-16}🥇🥈🥉–—-]*(?:位|名|위)?\s*$"
)
_WORDS: Final = re.compile(r"[^\d]*[^\W\d_]{2}[^\d]*$|[^\d]*\b[A-Z]\b[^\d]*$")
_LETTER: Final = re.compile(r"[^\W\d_]{3}")
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_DIGIT: Final = re.compile(r"\d")
_NUMBERS: Final = re.compile(r"(?<!\[)\d[\d.,]*(?!\])")
_PAIR: Final = 2
_FALL: Final = re.compile(r"rückg[aä]ng|minus|einbruch|減|降|감소", re.IGNORECASE)
"""In a title whose numbers tell a fall without a sign: ``| Umsatzrückgang | 1,38 % |``."""
_GROWTH: Final = frozenset({"revenue_growth", "earnings_growth"})
_RANKED: Final = 2
"""Columns of a table without ranks: a label and a number."""


class AnswerTable:
    """A table of an answer, row by row.

    Args:
        reader: Reads sentences with the names of the companies at hand.
        header: The first line.
        companies: The companies when neither row nor column names one.
        title: The heading before the table, which may tell the scale of its numbers: ``(in $bn)``.
        known: The companies of the facts.
        spoken_of: The metrics that the question or the text before the table names.

    Attributes:
        named: The companies that its title, its columns and its rows name.
    """

    def __init__(
        self,
        reader: Reader,
        header: str,
        companies: Sequence[str],
        title: str = "",
        known: Sequence[str] = (),
        spoken_of: Sequence[str] = (),
    ) -> None:
        self._reader = reader
        self._spoken_of = tuple(spoken_of)
        self._companies = tuple(companies)
        self._columns = _dated([reader.read_title(cell) for cell, _ in _cells(header)])
        self._corner = self._columns[:1] if header.lstrip().startswith("|") else []
        years = {one.period for each in self._columns for one in each.periods}
        # "| 2025 | ABB | Eaton |": the year of all columns that name none.
        in_corner = [one.period for each in self._corner for one in each.periods]
        self._period = in_corner[0] if len(years) == 1 and len(in_corner) == 1 else None
        named = {mention.value for one in self._corner for mention in one.companies}
        if len(named) == 1:
            # "| GM | 2025 | 2026 |": the table is about the company in its corner.
            self._companies = tuple(named)
        if scale_of(title) is not None:
            self._corner = [*self._corner, reader.read(title)]
        last = self._columns[-1] if self._columns else None
        self._has_plain_values = last is not None and not (
            last.companies or last.metrics or last.periods or last.cues or scale_of(last.text)
        )
        self.named: dict[str, None] = {}
        self._heading = reader.read(title)
        for sentence in (self._heading, *self._columns):
            self._name(sentence)
        self._unnamed = tuple(one for one in known if one not in self.named)

    def cells(self, line: str) -> Iterator[tuple[Sentence, list[Claim], int]]:
        """Yields the cells with figures of a line: what is read, its claims, and its place in the line."""
        cells = list(_cells(line))
        if not cells or all(set(cell.strip()) <= set("-: ") for cell, _ in cells):
            return
        label, columns = self._label_of(cells)
        self._name(label)
        companies = label.companies
        row = self._scenario(label, [cells[column] for column in columns])
        for column in columns:
            cell, place = cells[column]
            sentence = self._reader.read(cell)
            if not (sentence.numbers or sentence.citations):
                if sentence.companies and not companies:
                    # "| 3 | Tech | Netflix | $281B |"
                    companies = sentence.companies
                    label = replace(label, companies=companies)
                    self._name(label)
                continue
            header = self._columns[column] if column < len(self._columns) else None
            titles = [label] if header is None else [label, header]
            sentence.numbers = [_in_unit_of(number, [*titles, *self._corner]) for number in sentence.numbers]
            claims = bind(sentence, Context(), self._companies_of(header))
            is_of_changes = any(map(_tells_change, titles))
            is_in_brackets = _NEGATIVE.fullmatch(cell) is not None
            for claim, own in zip(claims, self._labels(label, cell, len(claims)), strict=True):
                _title(claim, [own, *titles[1:]])
                if claim is not claims[0]:
                    claim.metrics = _SECOND.get(claim.metrics, claim.metrics)
                claim.is_row_change = is_of_changes and claim.numeral.unit is Unit.PERCENT
                claim.is_row_total = any(one.cues_of("sum", "together") for one in titles)
                if not claim.metrics and not self._bind_distance(claim, header):
                    self._bind_untitled(claim, is_pair=len(claims) == _PAIR, label=label)
                claim.topic_period = claim.topic_period or self._period
                claim.whole = _whole(claim, titles)
                is_debt = cell.strip().startswith(_OPENED) and _OR_DEBT.search(label.text) is not None
                is_negative = is_in_brackets or any(names_negative(one, claim) for one in titles)
                claim.is_negative = claim.is_negative or (is_negative and not is_debt)
            if row:
                stated = bind_scenario(
                    claims, row, [one.numeral for each in self._columns for one in each.numbers]
                )
                sentence.numbers = [
                    one for one in sentence.numbers if any(one.numeral is c.numeral for c in stated)
                ]
                claims = stated
            yield sentence, claims, place

    def item(self, line: str) -> tuple[str, int, int] | None:
        """Returns a row that tells more than the number of its label as an item of a list, else None.

        ``| P/E | 13.5 (forward 13.2) |`` is read like ``P/E: 13.5 (forward 13.2)``.

        Returns:
            The text of the item, the length of its label, and how far its value is behind its place there.
        """
        cells = list(_cells(line))
        if len(cells) != _PAIR or len(self._columns) != _PAIR or not self._has_plain_values:
            return None
        label, (cell, place) = cells[0][0].strip(), cells[1]
        if not label or len(_NUMBERS.findall(cell)) < _PAIR or _WORD.search(cell) is None:
            return None
        self._name(self._reader.read_title(label))
        value = cell.lstrip()
        begin = len(label) + 2
        return f"{label}: {value.rstrip()}", begin, place + len(cell) - len(value) - begin

    def _label_of(self, cells: Sequence[tuple[str, int]]) -> tuple[Sentence, Sequence[int]]:
        """Returns the label of a row, which may be its last cell, and the columns of its numbers."""
        first = _label_column(cells)
        last = len(cells) - 1
        if last > first and not _LETTER.search(cells[first][0]) and not _DIGIT.search(cells[last][0]):
            label = self._reader.read_title(cells[last][0])
            is_rank = _RANK.match(cells[0][0]) is not None and not self._columns[0].metrics
            if label.companies:
                return label, range(int(is_rank), last)
        return self._reader.read_title(cells[first][0]), range(first + 1, len(cells))

    def _bind_distance(self, claim: Claim, header: Sentence | None) -> bool:
        """``| Price | 52-week high | Distance |``: how far the price is from the one level beside it."""
        if header is None or claim.numeral.unit is not Unit.PERCENT or not _DISTANCE.search(header.text):
            return False
        levels = [one for each in self._columns for one in each.metrics if is_level(one)]
        if len(levels) != 1:
            return False
        claim.mention, claim.metrics = levels[0], metrics_for(claim.numeral, levels[0])
        return True

    def _bind_untitled(self, claim: Claim, *, is_pair: bool, label: Sentence) -> None:
        """Tells what a number may be whose row and column name no metric."""
        is_amount = claim.numeral.unit in (Unit.MONEY, Unit.NONE)
        if is_amount and any(one.cues_of("dividend_date") for one in self._corner):
            # "| Ex-date | Amount |"
            claim.metrics = _PAID
            return
        if is_pair and QUARTER.search(label.text):
            # "| Last quarter | $1.94 vs $2.02 |"
            claim.add_others("eps", "eps_estimate")
        # "The last quarters (EPS in dollars):", with columns for what was reported and expected
        claim.add_others(*(_metrics_of(self._heading, claim) or self._spoken_of))

    def _companies_of(self, header: Sentence | None) -> tuple[str, ...]:
        """Returns the companies of a column that names none; beside named ones it may be of one more.

        "| | Kingfisher | B&Q |" has a name that is not known.
        """
        is_named = any(one.companies for one in self._columns)
        if header is None or not is_named or not _is_unknown_name(header):
            return self._companies
        return tuple(dict.fromkeys((*self._companies, *self._unnamed)))

    def _scenario(self, label: Sentence, cells: Sequence[tuple[str, int]]) -> list[Numeral]:
        """Returns the numbers of a row that tells a scenario; none for another row."""
        if not is_scenario(label):
            return []
        return [one.numeral for cell, _ in cells for one in self._reader.read(cell).numbers]

    def _labels(self, label: Sentence, cell: str, count: int) -> Sequence[Sentence]:
        """Returns the label of each number of a cell: ``MACD / signal`` names two, in order."""
        parts = _parts_of(label.text, cell)
        if count < 2 or len(parts) != count:
            return [label] * count
        labels = [self._reader.read_title(part) for part in parts]
        return [one if one.metrics else replace(label, metrics=label.metrics[-1:]) for one in labels]

    def _name(self, sentence: Sentence) -> None:
        self.named.update((mention.value, None) for mention in sentence.companies)


_EARNED: Final = {
    "gross": ("gross_margin", "gross_profit"),
    "operating": ("operating_margin", "operating_income"),
    "net": ("profit_margin", "net_income"),
}
"""By the word of a title: what a percentage below it is, and what an amount."""
_PAID: Final = ("dividend_per_share",)
_SECOND: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("macd",): ("macd", "macd_signal"),
    ("eps",): ("eps", "eps_estimate"),
}
"""What the second number of a cell may be: ``| MACD | 0.618 vs. 0.402 |``."""


def _dated(columns: Sequence[Sentence]) -> list[Sentence]:
    """Gives the second column of ``| Q3 2026 | A year ago |`` its period, a year before that of the first."""
    named = [one.period for column in columns for one in column.periods if one.period is not None]
    base = named[0] if named else None
    if base is None or base.year is None or base.month:
        return list(columns)
    before = PeriodMention(replace(base, year=base.year - 1), 0, 0)
    return [
        replace(column, periods=[before])
        if column.cues_of("prior") and not column.periods and not _tells_change(column)
        else column
        for column in columns
    ]


def _is_unknown_name(title: Sentence) -> bool:
    """Returns whether a title has words that tell neither a company nor what its numbers are."""
    is_read = title.companies or title.metrics or title.periods or title.cues or title.numbers
    return not is_read and bool(title.words)


def _cells(line: str) -> Iterator[tuple[str, int]]:
    for match in _CELL.finditer(line.rstrip("\n")):
        if match[0].strip() or match.start():
            yield match[0], match.start()


def _parts_of(label: str, cell: str) -> Sequence[str]:
    """Returns the names in a label whose cell has as many parts: ``SMA 20 / 50 / 200``, ``MACD (signal)``."""
    within = _TWO_IN_BRACKETS.fullmatch(label.strip())
    if within and len(_SLASH.split(cell)) == _PAIR:
        # "P/E (ttm / fwd)"
        return [f"{within[2]} {within[1]}", f"{within[3]} {within[1]}"]
    parts = _SLASH.split(label)
    if 1 < len(parts) == len(_SLASH.split(cell)):
        begin = _BEFORE_DIGITS.match(parts[0])
        return [f"{begin[0]}{part}" if begin and part.strip().isdigit() else part for part in parts]
    bracket = _IN_BRACKETS.fullmatch(label.strip())
    return list(bracket.groups()) if bracket and _IN_BRACKETS.fullmatch(cell.strip()) else [label]


def _label_column(cells: Sequence[tuple[str, int]]) -> int:
    """Returns the column with the label of a row, behind its rank: ``| 1 | Meta | $1.04T |``."""
    has_rank = len(cells) > _RANKED and _RANK.match(cells[0][0]) and _WORDS.match(cells[1][0])
    return 1 if has_rank else 0


def _title(claim: Claim, titles: Sequence[Sentence]) -> None:
    """Binds a number to what the titles of its row and column name."""
    claim.is_settled = True
    column = titles[-1]
    for title in map(_without_names, titles):
        if title.companies and title.text != column.text and column.metrics and not column.companies:
            # "| US 10Y yield | 4.06% | 68.6 |" is a row of an instrument, and its columns name the metrics.
            pass
        elif title.metrics and not claim.metrics:
            claim.mention = title.metrics[0]
            claim.metrics = _metrics_of(title, claim)
            if _GROWTH.issuperset(claim.metrics) and not claim.numeral.sign and not claim.direction:
                # "| Revenue growth | 1.38% |" is no fall.
                claim.direction = 0 if _FALL.search(title.text) or title.cues_of("down") else 1
        if title.companies:
            claim.companies, claim.inferred_from = (title.companies[0].value,), ()
        period = next((mention.period for mention in title.periods if mention.period is not None), None)
        if period is not None and claim.period is None:
            claim.period = period
    if not claim.metrics:
        claim.metrics = _earned_of(titles, claim)
    if not claim.metrics and claim.numeral.unit in (Unit.NONE, Unit.MONEY):
        # A column that is called "Last" or "Level" has prices.
        claim.add_others("price")


def _earned_of(titles: Sequence[Sentence], claim: Claim) -> tuple[str, ...]:
    """``| | Gross | Operating | Net |``: returns the margin or the amount that the word alone names."""
    kinds = [kind for kind in _EARNED if any(title.cues_of(kind) and not title.metrics for title in titles)]
    if len(kinds) != 1 or claim.numeral.unit not in (Unit.PERCENT, Unit.MONEY, Unit.NONE):
        return ()
    return (_EARNED[kinds[0]][claim.numeral.unit is not Unit.PERCENT],)


def _without_names(title: Sentence) -> Sentence:
    """Returns a title without the metrics that are the name of a company: ``| Target | Lowe's |``."""
    spans = [(one.start, one.end) for one in title.companies]
    own = [
        one for one in title.metrics if not any(one.start < end and start < one.end for start, end in spans)
    ]
    return title if len(own) == len(title.metrics) else replace(title, metrics=own)


def _tells_change(title: Sentence) -> bool:
    """Returns whether the numbers below a title tell how the others of their row change."""
    return (
        any(mention.name in ("change", "growth") for mention in title.metrics)
        or bool(title.cues_of("difference", "grow"))
        or _CHANGE.search(title.text) is not None
    )


def _metrics_of(title: Sentence, claim: Claim) -> tuple[str, ...]:
    """Returns what a number may be of by the first two names of a title."""
    return tuple(
        dict.fromkeys(
            metric for mention in title.metrics[:2] for metric in metrics_for(claim.numeral, mention)
        )
    )


def _whole(claim: Claim, titles: Sequence[Sentence]) -> tuple[str, ...]:
    """Returns what the title of a row or column says that its percentages are parts of."""
    if claim.numeral.unit not in (Unit.PERCENT, Unit.MULTIPLE):
        return ()
    is_share = claim.numeral.unit is Unit.PERCENT
    for title in titles:
        for mention in title.metrics:
            is_second = mention is not title.metrics[0]
            if (is_share and ends_with(_SHARE_OF, title.text, mention.start)) or (
                is_second and ends_with(_OVER, title.text, mention.start)
            ):
                return mention.metrics
    return ()


def _in_unit_of(number: Number, titles: Sequence[Sentence]) -> Number:
    """Returns a number with the scale or ``%`` of its row's or column's title."""
    numeral = number.numeral
    if numeral.unit not in (Unit.NONE, Unit.MONEY):
        return number
    text = " ".join(title.text for title in titles)
    if "%" in text and numeral.unit is Unit.NONE:
        return Number(numeral._replace(unit=Unit.PERCENT, plain=False))
    scale = scale_of(text)
    if scale is None or not numeral.text.strip("$€£¥₩ -−–+()").replace(",", "").replace(".", "").isdigit():
        return number
    readings = tuple(
        Reading(
            reading.value * factor, scaled_tolerance(reading, factor) if factor > 1 else reading.tolerance
        )
        for reading, factor in product(numeral.readings, (scale, 1.0))
    )
    return Number(numeral._replace(readings=readings, plain=False))
