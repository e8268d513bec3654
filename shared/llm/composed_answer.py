"""Composes an answer from facts, without a language model."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
_LABELS: Final = {"technicals": "technical figures"}

Data = Mapping[str, Any]


def compose_answer(facts: Sequence[Fact], missing: Sequence[str] = ()) -> str:
    """Returns one paragraph for each symbol, remarks on the data, and a notice.

    Facts are cited by their numbers. Every figure of the text is in the facts.

    Args:
        facts: The facts.
        missing: Data that is unavailable, each with the reason.
    """
    symbols = dict.fromkeys(fact.symbol for fact in facts)
    paragraphs = [" ".join(_sentences(fact for fact in facts if fact.symbol == symbol)) for symbol in symbols]
    if missing:
        paragraphs.append(f"Unavailable: {'; '.join(missing)}.")
    return "\n\n".join([*(paragraphs or [_NOTHING]), *_caveats(facts), NOTICE])


def _sentences(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        sentences = list(_COMPOSERS.get(fact.kind, _plain_fact)(fact))
        sentences = sentences or [f"There are no {_LABELS.get(fact.kind, fact.kind)} of {fact.symbol}"]
        yield from (f"{sentence} [{fact.id}]." for sentence in sentences)


def _caveats(facts: Sequence[Fact]) -> Iterator[str]:
    sample = [fact for fact in facts if fact.source == "sample"]
    if sample:
        yield f"Sample data, not market prices: {_numbers(sample)}."
    stale = [fact for fact in facts if fact.stale]
    if stale:
        yield f"Stale, because the source is unavailable: {_numbers(stale)}."


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
        yield f"The company is valued at {large(data['market_cap'], currency)}"


def _prices(fact: Fact, price: float | None) -> Callable[[float | None], str]:
    """Returns the form of prices of an instrument: all have the same decimals."""
    currency, decimals = fact.data.get("currency"), fact.data.get("price_decimals")
    if decimals is None:
        decimals = decimals_of(fact.symbol, price, currency)
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
        decimals = decimals_of(fact.symbol, data.get("close"), data.get("currency")) + 1
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


def _plain_fact(fact: Fact) -> Iterator[str]:
    yield fact.text.rstrip(". ")


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
}
