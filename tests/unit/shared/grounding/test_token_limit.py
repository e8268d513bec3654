"""The facts of a prompt stay within a number of tokens."""

from shared.domain.facts import Fact
from shared.grounding.token_limit import estimated_tokens, within_limit

KINDS = ("quote", "technicals", "fundamentals", "news")


def facts(companies: int, characters: int = 600) -> list[Fact]:
    named = [(f"S{number}", kind) for number in range(companies) for kind in KINDS]
    return [
        Fact(number, kind, symbol, "x" * characters, {}, "yahoo", None, False)
        for number, (symbol, kind) in enumerate(named, 1)
    ]


def test_everything_that_fits_is_kept() -> None:
    every = facts(2)
    assert within_limit(every, 8_000) == (tuple(every), ())


def test_each_company_keeps_its_quote_before_any_keeps_its_news() -> None:
    kept, omitted = within_limit(facts(10), 4_400)
    assert {fact.symbol for fact in kept if fact.kind == "quote"} == {f"S{number}" for number in range(10)}
    assert "news of S9" in omitted
    assert sum(estimated_tokens(fact.text) for fact in kept) <= 4_400
    assert [fact.id for fact in kept] == sorted(fact.id for fact in kept)


def test_fact_that_is_too_long_leaves_room_for_others() -> None:
    long = Fact(1, "quote", "A", "x" * 60_000, {}, "yahoo", None, False)
    short = Fact(2, "news", "A", "x", {}, "yahoo", None, False)
    assert within_limit([long, short], 500) == ((short,), ("quote of A",))
