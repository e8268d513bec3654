"""What the facts of one answer say, ready for the check: figures, company names, and a reader."""

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Final

from shared.domain.facts import Fact
from shared.figures.claims.claim import Claim
from shared.figures.defects import Defects
from shared.figures.facts.company_names import (
    forms_of,
    holder_names,
    other_listings,
    well_known_companies,
)
from shared.figures.facts.data_figures import figures_of_data
from shared.figures.facts.data_texts import holders_in, roles_in, texts_of_data
from shared.figures.facts.fiscal_years import fiscal_shift, with_fiscal_years
from shared.figures.facts.known_figures import FactIndex, KnownDate, KnownFigure, holder_of, is_holder
from shared.figures.facts.quotations import quotations
from shared.figures.facts.table_figures import (
    figures_of_table,
    labels_of_table,
    tables_of_data,
    tables_of_text,
)
from shared.figures.lookup.matching import Matcher
from shared.figures.lookup.prose_figures import figures_of_prose
from shared.figures.lookup.unread_prose import (
    RENDERED,
    FactText,
    Origin,
    UnreadProse,
    details_of_signals,
    separate_words,
    strings_of,
)
from shared.figures.reading.durations import days_in_han, find_durations
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import Lexicon, tokens
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.phonetic_names import PhoneticNames
from shared.figures.reading.sentence_reader import Reader

FactLike = Fact | Mapping[str, Any]
"""A fact, or data in the JSON of the contract."""
_FUNDS: Final = frozenset({"etf", "mutual_fund"})
_ASSETS: Final = ("total_assets", "net_assets", "total_equity")
"""What the market value of a fund is called: it has $64 billion in assets."""
_IN_CURRENCY: Final = ("price", "market_cap", "revenue", "total_assets", "operating_cash_flow")
_ROUNDING: Final = 0.005
_LARGE: Final = 1e6
_NEAR: Final = 1e-3
_MAX_TEXT: Final = 40_000
"""Characters of one fact that are read."""
_METRIC: Final = attrgetter("metric")


class FactBase:
    """The facts of one answer.

    Prose is read on first use, since most figures are found among the data.
    """

    def __init__(self, facts: Iterable[FactLike] = ()) -> None:
        self.index = FactIndex()
        self.ids: set[int] = set()
        self.defects = Defects()
        self.matcher = Matcher(self.index)
        self._names: dict[str, str] = {}
        self._initials: dict[str, set[str]] = {}
        self._named: set[tuple[str, str | None]] = set()
        self._uncapitalised: set[str] = set()
        self._labels: list[tuple[str, str]] = []
        self._unread = UnreadProse()
        self._unquoted: list[tuple[str, Origin]] = []
        self._tables: list[tuple[list[list[str]], str, Origin]] = []
        self._symbols: dict[str, None] = {}
        self.texts: list[str] = []
        self._in_plain_words: list[str] = []
        self._prose: dict[int, list[str]] = {}
        self._about: dict[int, str] = {}
        self._news: set[int] = set()
        self._durations: set[float] = set()
        self._timed = 0
        self._fiscal_shifts: dict[str, int] = {}
        self.add(facts)

    @property
    def companies(self) -> tuple[str, ...]:
        """Returns the companies that the facts are about."""
        return tuple(self._symbols)

    def add(self, facts: Iterable[FactLike]) -> None:
        """Takes in facts, also while an answer is being checked."""
        facts = list(facts)
        for fact in facts:
            shift = fiscal_shift(_data(fact))
            if shift is not None:
                self._fiscal_shifts[_origin(fact).symbol] = shift
        for fact in facts:
            with self.defects.survived("a fact", [_origin(fact).symbol]):
                self._add(fact)
        self._read_tables()
        self.reader = Reader(
            Lexicon(self._names_with_symbols()),
            Lexicon(self._labels),
            well_known_companies() if any(self._symbols) else None,
            self._uncapitalised,
            other_listings(self._symbols.keys()),
            PhoneticNames({name: one for name, one in self._names.items() if not is_holder(one)}),
        )

    def read_prose(self, numeral: Numeral) -> bool:
        """Reads the prose that has a number's value and has not been read; False when there was none."""
        wanted = self._unread.take(numeral)
        for prose in wanted:
            self._read(prose)
        return bool(wanted)

    def read_all_prose(self) -> bool:
        """Reads the prose that has not been read; False when there was none."""
        wanted = self._unread.take()
        for prose in wanted:
            self._read(prose)
        return bool(wanted)

    def _read(self, prose: FactText) -> None:
        found = figures_of_prose(prose.text, self.reader, prose.origin)
        self._take(self._of_known_company(item, prose.origin) for item in found if not self._is_known(item))

    def _of_known_company(self, item: KnownFigure | KnownDate, origin: Origin) -> KnownFigure | KnownDate:
        """Returns an item of prose, of the fact's own company where it names one that no fact is about.

        "Berkshire buys shares of UnitedHealth": without facts on UnitedHealth, the news is Berkshire's.
        """
        if item.symbol in self._symbols or not origin.symbol or "," in origin.symbol:
            return item
        return item._replace(symbol=origin.symbol)

    def named(self, claim: Claim) -> KnownFigure | None:
        """Returns the figure that a number claims to be, if it is; None when that takes a closer look.

        Where a large amount is only near to a figure of data, it is the one of prose that it equals:
        "forecast raised to 1.1 trillion yen" is no 1.062 trillion of a year before.
        """
        figure, value = self.matcher.named(claim), claim.numeral.readings[0].value
        if figure is None or value < _LARGE or abs(abs(figure.value) - value) <= _NEAR * value:
            return figure
        self.read_prose(claim.numeral)
        same = (
            one
            for one in self.index.near(value, _NEAR * value)
            if one.words and one.symbol == figure.symbol and one.currency == figure.currency
        )
        return next(same, figure)

    def durations(self) -> frozenset[float]:
        """Returns the lengths of the durations that the texts tell, in days."""
        new = self.texts[self._timed :]
        self._timed = len(self.texts)
        self._durations |= {
            one.days for text in new for one in find_durations(text, {token.key for token in tokens(text)})
        }
        self._durations.update(days for text in new for days in days_in_han(text))
        return frozenset(self._durations)

    def says(self, words: str) -> bool:
        """Tells whether the texts have some words, given in small letters, one behind the other."""
        new = self.texts[len(self._in_plain_words) :]
        self._in_plain_words += [separate_words(text) for text in new]
        wanted = separate_words(words)
        return any(wanted in text for text in self._in_plain_words)

    def companies_of(self, ids: Iterable[int]) -> tuple[str, ...]:
        """Returns the companies that some facts are about."""
        return tuple(dict.fromkeys(self._about[number] for number in ids if self._about.get(number)))

    def currency(self, company: str) -> str | None:
        """Returns the currency of a company's price, else of what it reports; None without one."""
        return next(
            (one.currency for one in self.index.of(company, _IN_CURRENCY) if one.currency and not one.words),
            None,
        )

    def texts_of(self, ids: Iterable[int]) -> Iterator[str]:
        """Yields the prose of some facts."""
        for number in ids:
            yield from self._prose.get(number, ())

    def is_news(self, number: int) -> bool:
        """Tells whether a fact is one of news."""
        return number in self._news

    def quotes(self) -> bool:
        """Tells whether the facts have prose, whose sentences are then in ``index.quotations``."""
        for text, origin in self._unquoted:
            for key, quotation in quotations(text, origin.symbol, origin.fact_id):
                self.index.quotations.setdefault(key, []).append(quotation)
        self._unquoted = []
        return bool(self.index.quotations)

    def _add(self, fact: FactLike) -> None:
        origin = _origin(fact)
        data = with_fiscal_years(_data(fact), self._fiscal_shifts.get(origin.symbol, 0))
        if origin.fact_id is not None:
            self.ids.add(origin.fact_id)
            if data.get("articles"):
                self._news.add(origin.fact_id)
            self._about[origin.fact_id] = origin.symbol if "," not in origin.symbol else ""
        for symbol in origin.symbol.split(","):
            self._symbols[symbol] = None
            self._name(symbol, data)
        self._name_others(origin.symbol, data)
        before = len(self.index.figures)
        figures, dates = figures_of_data(data, origin.fact_id, origin.symbol, origin.as_of)
        if data.get("asset_type") in _FUNDS:
            figures = [
                one._replace(also=(*one.also, *_ASSETS)) if one.metric == "market_cap" else one
                for one in figures
            ]
        self.index.add(figures)
        self.index.dates += dates
        self._label(figures)
        texts = list(texts_of_data(data))
        self.texts += [text.lower() for text in (*texts, *details_of_signals(data))]
        if isinstance(fact, Fact) and fact.kind in RENDERED and len(self.index.figures) > before:
            self._keep(texts, origin)
            return
        if isinstance(fact, Fact):
            texts.append(fact.text)
            self.texts.append(fact.text.lower())
        self._keep(texts, origin)
        around = " ".join(texts)
        self._tables += [(table, around, origin) for table in tables_of_data(data)]

    def _keep(self, texts: Iterable[str], origin: Origin) -> None:
        """Keeps texts to be read on first use; their tables are read now, for the names of their rows."""
        for text in texts:
            tables, prose = tables_of_text(text[:_MAX_TEXT])
            self._tables += [(table, prose, origin) for table in tables]
            self._unread.add(FactText(prose, origin))
            self._unquoted.append((prose, origin))
            if origin.fact_id is not None:
                self._prose.setdefault(origin.fact_id, []).append(prose)

    def _label(self, figures: Iterable[KnownFigure]) -> None:
        """Takes the names of figures that the table of metrics lacks, such as lines of a statement."""
        names = dict.fromkeys(map(_METRIC, figures))
        self._labels += [(name, name) for name in names if " " in name and name not in METRICS]

    def _name(self, symbol: str, data: Mapping[str, Any]) -> None:
        for name in (data.get("name"), *strings_of(data.get("aliases"))):
            named = (symbol, str(name) if name else None)
            if named not in self._named:
                self._named.add(named)
                forms = forms_of(*named)
                self._uncapitalised.update(form for form in forms.own if form.islower())
                for form in (*forms.own, *forms.others):
                    self._names.setdefault(form, symbol)
                for form in forms.initials:
                    self._initials.setdefault(form, set()).add(symbol)

    def _names_with_symbols(self) -> Iterator[tuple[str, str]]:
        """Yields the symbols with their names, then with the initials that only one of them has."""
        for name, symbol in self._names.items():
            yield symbol, name
        for form, symbols in self._initials.items():
            if len(symbols) == 1:
                yield next(iter(symbols)), form

    def _name_others(self, symbol: str, data: Mapping[str, Any]) -> None:
        """Names the companies that a fact lists (peers, a watchlist), and the holders of the shares."""
        for field in ("peers", "quotes"):
            rows = data.get(field)
            for row in rows if isinstance(rows, list | tuple) else ():
                if isinstance(row, Mapping) and row.get("symbol"):
                    self._name(str(row["symbol"]), row)
        for place in (data, data.get("holders")):
            if place is None or not isinstance(place, Mapping):
                continue
            roles = roles_in(place)
            for name in holders_in(place):
                for form in (*holder_names(name), *roles.get(name, ())):
                    self._names.setdefault(form, holder_of(symbol, name))

    def _read_tables(self) -> None:
        tables, self._tables = self._tables, []
        prose = " ".join(one.text for one in self._unread.texts)[:_MAX_TEXT] if tables else ""
        for rows, around, origin in tables:
            self._labels += labels_of_table(rows)
            self._take(figures_of_table(rows, f"{around} {prose}", *origin))

    def _is_known(self, item: KnownFigure | KnownDate) -> bool:
        """Returns whether prose repeats, rounded, what the data of the same fact say."""
        if not isinstance(item, KnownFigure) or item.period is not None:
            return False
        same = self.index.near(abs(item.value), _ROUNDING + _ROUNDING * abs(item.value) / 10)
        return any(
            figure.fact_id == item.fact_id
            and not figure.words
            # "1 percentage point" is not the one article that says it.
            and (figure.kind is not Kind.COUNT or item.kind in (None, Kind.COUNT))
            for figure in same
        )

    def _take(self, items: Iterable[KnownFigure | KnownDate]) -> None:
        figures: list[KnownFigure] = []
        for item in items:
            if isinstance(item, KnownFigure):
                figures.append(item)
            else:
                self.index.dates.append(item)
        self.index.add(figures)


def _data(fact: FactLike) -> Mapping[str, Any]:
    return fact.data if isinstance(fact, Fact) else fact


def _origin(fact: FactLike) -> Origin:
    if isinstance(fact, Fact):
        return Origin(fact.symbol, fact.id, fact.as_of)
    number, symbol, as_of = fact.get("id"), fact.get("symbol"), fact.get("as_of")
    return Origin(
        str(symbol or ""), number if isinstance(number, int) else None, str(as_of) if as_of else None
    )
