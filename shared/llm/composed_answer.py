"""Composes an answer from facts, without a language model."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from shared.domain.facts import Fact
from shared.domain.formatting import decimals_of, fraction, large, money, number, percent

NOTICE: Final = (
    "No language model wrote this: it summarises the data about what the question names, "
    "and does not answer the question itself."
)
_NOTHING: Final = (
    "The question names no company or symbol that is known here. Name one, such as Apple or AAPL."
)
_HEADLINES: Final = 3
_MAX_HOLDERS: Final = 5
_MAX_PARTS: Final = 14
_LABELS: Final = {"technicals": "technical figures"}

Data = Mapping[str, Any]


def compose_answer(
    facts: Sequence[Fact], missing: Sequence[str] = (), kinds: Container[str] = frozenset()
) -> str:
    """Returns one paragraph for each symbol, remarks on the data, and a notice.

    Facts are cited by their numbers. Every figure of the text is in the facts.

    Args:
        facts: The facts.
        missing: Data that is unavailable, each with the reason.
        kinds: Kinds of facts that the question asks for: the quote comes first, then they, and nothing else.
            Where there is no fact of these kinds, the paragraph has all facts of the symbol.
    """
    facts = [fact for of_symbol in _by_symbol(facts) for fact in _asked_for(of_symbol, kinds)]
    symbols = dict.fromkeys(fact.symbol for fact in facts)
    paragraphs = [
        " ".join(_sentences((fact for fact in facts if fact.symbol == symbol), kinds)) for symbol in symbols
    ]
    if missing:
        paragraphs.append(f"Unavailable: {'; '.join(missing)}.")
    return "\n\n".join([*(paragraphs or [_NOTHING]), *_caveats(facts), NOTICE])


def _by_symbol(facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    for symbol in dict.fromkeys(fact.symbol for fact in facts):
        yield [fact for fact in facts if fact.symbol == symbol]


def _asked_for(facts: list[Fact], kinds: Container[str]) -> list[Fact]:
    asked = [fact for fact in facts if fact.kind in kinds]
    quotes = [fact for fact in facts if fact.kind == "quote" and fact not in asked]
    return [*quotes, *asked] if asked else facts


def _sentences(facts: Iterable[Fact], kinds: Container[str]) -> Iterator[str]:
    for fact in facts:
        sentences = list(_COMPOSERS.get(fact.kind, _plain_fact)(fact))
        if fact.kind == "fundamentals" and fact.kind in kinds:
            sentences += _further_fundamentals(fact.data)
        sentences = sentences or [f"There are no {_LABELS.get(fact.kind, fact.kind)} of {fact.symbol}"]
        yield from (f"{sentence} [{fact.id}]." for sentence in sentences)


def _caveats(facts: Sequence[Fact]) -> Iterator[str]:
    sample = [fact for fact in facts if fact.source == "sample"]
    if sample:
        yield f"Sample data, not market prices: {_numbers(sample)}."
    stale = [fact for fact in facts if fact.stale]
    if stale:
        yield f"Stale, because the source is unavailable: {_numbers(stale)}."
    remarked: dict[str, list[Fact]] = {}
    for fact in facts:
        for remark in fact.data.get("quality") or ():
            remarked.setdefault(_plain(remark["detail"]).rstrip("."), []).append(fact)
    if remarked:
        remarks = (f"{detail} {_numbers(of)}." for detail, of in remarked.items())
        yield f"Remarks on the quality of the data: {' '.join(remarks)}"


def _numbers(facts: Sequence[Fact]) -> str:
    return " ".join(f"[{fact.id}]" for fact in facts)


def _quote(fact: Fact) -> Iterator[str]:
    data, currency = fact.data, fact.data.get("currency")
    name = f"{_plain(data['name'])} ({fact.symbol})" if data.get("name") else fact.symbol
    price = _prices(fact, data.get("price"))
    yield f"{name} last traded at {price(data.get('price'))}{_moved(data, price)}"
    if _all(data, "day_low", "day_high"):
        yield (
            f"The day's range is {price(data['day_low'])} to {price(data['day_high'])}"
            + (f", on a volume of {number(data['volume'], 0)}" if data.get("volume") else "")
        )
    if data.get("market_cap"):
        yield f"The market capitalisation is {large(data['market_cap'], currency)}"


def _prices(fact: Fact, price: float | None) -> Callable[[float | None], str]:
    """Returns the form of prices of an instrument: all have the same decimals."""
    currency = fact.data.get("currency")
    decimals = decimals_of(fact.symbol, price, currency, fact.data.get("price_decimals"))
    return partial(money, currency=currency, decimals=decimals)


def _moved(data: Data, price: Callable[[float | None], str]) -> str:
    if not _all(data, "change_percent", "previous_close"):
        return ""
    by = data["change_percent"]
    way = "up" if by > 0 else "down" if by < 0 else "unchanged"
    since = f"the previous close of {price(data['previous_close'])}"
    return f", {way} {percent(abs(by))} from {since}" if by else f", {way} from {since}"


def _history(fact: Fact) -> Iterator[str]:
    data = fact.data
    if not _all(data, "first_close", "last_close", "lowest", "highest"):
        yield f"The price history of {fact.symbol} is empty"
        return
    first, last = data["first_close"], data["last_close"]
    way = "rose" if last > first else "fell" if last < first else "went"
    span = f"Over {data['candle_count']} candles of {data['interval']}"
    by = f" ({percent(data['change_percent'], signed=True)})" if data.get("change_percent") else ""
    price = _prices(fact, last)
    yield (
        f"{span} the close of {fact.symbol} {way} from {price(first)} "
        f"to {price(last)}{by}, within {price(data['lowest'])} and {price(data['highest'])}"
    )


def _technicals(fact: Fact) -> Iterator[str]:
    data = fact.data
    price = _prices(fact, data.get("close"))
    averages = [
        f"{_side(data['close'], data[key])} its {days}-day average of {price(data[key])}"
        for key, days in (("sma_50", 50), ("sma_200", 200))
        if _all(data, "close", key)
    ]
    if averages:
        yield f"At its last close {fact.symbol} stood {' and '.join(averages)}"
    if _all(data, "rsi_14"):
        yield f"The RSI 14 is {number(data['rsi_14'], 1)}{_heat(data['rsi_14'])}"
    if _all(data, "macd", "macd_signal"):
        macd, signal = data["macd"], data["macd_signal"]
        known = data.get("price_decimals")
        decimals = decimals_of(fact.symbol, data.get("close"), data.get("currency"), known) + 1
        yield (
            f"The MACD is {number(macd, decimals)}, {_side(macd, signal)} its signal line "
            f"at {number(signal, decimals)}"
        )
    if _all(data, "volatility"):
        yield f"Volatility is {fraction(data['volatility'], 1)} a year"
    if _all(data, "week_52_low", "week_52_high"):
        yield f"The 52-week range is {price(data['week_52_low'])} to {price(data['week_52_high'])}"


def _side(value: float, other: float) -> str:
    return "above" if value > other else "below"


def _heat(rsi: float) -> str:
    # The common reading of Wilder's index (New Concepts in Technical Trading Systems, 1978).
    return ", which counts as overbought" if rsi > 70 else ", which counts as oversold" if rsi < 30 else ""


def _fundamentals(fact: Fact) -> Iterator[str]:
    data, currency = fact.data, fact.data.get("currency")
    figures = (
        ("trailing_pe", "a trailing P/E of", number),
        ("forward_pe", "a forward P/E of", number),
        ("profit_margin", "a profit margin of", fraction),
        ("revenue_growth", "revenue growth of", fraction),
        ("debt_to_equity", "debt to equity of", number),
        ("dividend_yield", "a dividend yield of", fraction),
    )
    known = [f"{label} {form(data[key])}" for key, label, form in figures if _all(data, key)]
    if known:
        yield f"The figures of {fact.symbol} show {', '.join(known)}"
    if _all(data, "revenue"):
        yield f"Revenue is {large(data['revenue'], currency)}" + (
            f" and net income {large(data['net_income'], currency)}" if _all(data, "net_income") else ""
        )
    if _all(data, "target_mean_price"):
        rating = (
            f" and their rating is {_plain(data['analyst_rating'])}" if data.get("analyst_rating") else ""
        )
        yield f"The mean target of analysts is {money(data['target_mean_price'], currency)}{rating}"


def _further_fundamentals(data: Data) -> Iterator[str]:
    """Returns the figures that only a question about figures is answered with."""
    amount = partial(large, currency=data.get("currency"))
    price = partial(money, currency=data.get("currency"))
    figures: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("earnings_per_share", "earnings per share of", price),
        ("book_value_per_share", "a book value per share of", price),
        ("price_to_book", "a price to book of", number),
        ("price_to_sales", "a price to sales of", number),
        ("gross_margin", "a gross margin of", fraction),
        ("operating_margin", "an operating margin of", fraction),
        ("return_on_equity", "a return on equity of", fraction),
        ("return_on_assets", "a return on assets of", fraction),
        ("total_cash", "cash of", amount),
        ("total_debt", "debt of", amount),
        ("free_cash_flow", "free cash flow of", amount),
        ("payout_ratio", "a payout ratio of", fraction),
        ("beta", "a beta of", number),
    )
    known = [f"{label} {form(data[key])}" for key, label, form in figures if _all(data, key)]
    if known:
        yield f"Further figures: {', '.join(known)}"


def _news(fact: Fact) -> Iterator[str]:
    articles = fact.data.get("articles") or ()
    if not articles:
        yield f"There is no news about {fact.symbol}"
        return
    headlines = [
        f"“{_plain(article['title'])}”"
        + (f" ({_plain(article['publisher'])})" if article.get("publisher") else "")
        for article in articles[:_HEADLINES]
    ]
    yield f"In the news about {fact.symbol}: {'; '.join(headlines)}"


def _company(fact: Fact) -> Iterator[str]:
    data = fact.data
    name = _plain(data.get("name") or fact.symbol)
    places = (
        ("industry", "works in the industry “{}”"),
        ("exchange", "is listed on {}"),
        ("country", "is based in {}"),
    )
    known = [form.format(_plain(data[key])) for key, form in places if data.get(key)]
    if known:
        yield f"{name} {_listed(known)}"
    if _all(data, "employees"):
        yield f"{name} has {number(data['employees'], 0)} employees"
    if data.get("business_summary"):
        yield f"Its business, as the source describes it: “{_plain(data['business_summary'])}”"
    yield from _holders(data.get("holders") or {})


def _holders(data: Data) -> Iterator[str]:
    shares = [
        f"{holders} hold {fraction(data[key])} of the shares"
        for holders, key in (
            ("insiders", "percent_held_by_insiders"),
            ("institutions", "percent_held_by_institutions"),
        )
        if _all(data, key)
    ]
    if shares:
        text = _listed(shares)
        yield text[0].upper() + text[1:]
    for row in (data.get("institutions") or ())[:_MAX_HOLDERS]:
        held = f", or {fraction(row['percent_held'])} of all" if _all(row, "percent_held") else ""
        if _all(row, "shares"):
            yield f"“{_plain(row['name'])}” holds {number(row['shares'], 0)} shares{held}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _plain_fact(fact: Fact) -> Iterator[str]:
    """Returns the parts of a fact's text, one sentence each: a period, a peer, a holder."""
    # The remarks on its quality are at the end of the answer.
    described = fact.text.partition("; data quality: ")[0]
    parts = [part.strip().rstrip(".") for part in described.split("; ")]
    yield from (part[0].upper() + part[1:] for part in parts[:_MAX_PARTS] if part)


def _plain(text: str) -> str:
    """Returns a text of a third party on one line, without quotation marks that would end the quotation."""
    return " ".join(str(text).split()).replace("“", "'").replace("”", "'")


def _all(data: Data, *keys: str) -> bool:
    return all(data.get(key) is not None for key in keys)


_COMPOSERS: Final[Mapping[str, Callable[[Fact], Iterator[str]]]] = {
    "quote": _quote,
    "history": _history,
    "technicals": _technicals,
    "fundamentals": _fundamentals,
    "news": _news,
    "company": _company,
}
