"""What a run of the refresh has to do, and in which order."""

from collections.abc import Mapping

from shared.refresh.plan import Job, LastRefreshed, Plan, RefreshItem, RefreshKind, intervals, make_plan
from tests.support.cache import cache_settings

NOW = 1_000_000.0
EVERY = intervals(cache_settings().ttl)


def plan(
    symbols: list[str],
    last: LastRefreshed,
    *,
    settled: bool = False,
    batch_size: int = 50,
    set_aside: frozenset[RefreshItem] = frozenset(),
) -> Plan:
    def closed_since(_symbol: str, _since: float) -> bool:
        return settled

    return make_plan(symbols, last, EVERY, closed_since, set_aside, now=NOW, batch_size=batch_size)


def ages(by_kind: Mapping[RefreshKind, Mapping[str, float]]) -> LastRefreshed:
    """When things were refreshed, given how long ago that is."""
    return {kind: {symbol: NOW - age for symbol, age in by_kind.get(kind, {}).items()} for kind in EVERY}


def all_done(symbols: list[str], age: float) -> dict[RefreshKind, dict[str, float]]:
    return {kind: dict.fromkeys(symbols, age) for kind in EVERY}


def test_first_run_does_everything_quotes_first() -> None:
    jobs = plan(["AAPL", "MSFT"], {}).jobs
    assert jobs[0] == Job(("quotes",), ("AAPL", "MSFT"))
    assert [(job.kinds, job.symbols[0]) for job in jobs[1:]] == [
        (("history", "technicals"), "AAPL"),
        (("history", "technicals"), "MSFT"),
        (("fundamentals",), "AAPL"),
        (("fundamentals",), "MSFT"),
        (("statements",), "AAPL"),
        (("statements",), "MSFT"),
        (("news",), "AAPL"),
        (("news",), "MSFT"),
    ]


def test_items_that_are_set_aside_are_left_out() -> None:
    made = plan(["AAPL", "MSFT"], {}, set_aside=frozenset({("quotes", "AAPL"), ("history", "MSFT")}))
    assert made.jobs[0] == Job(("quotes",), ("MSFT",))
    assert Job(("technicals",), ("MSFT",)) in made.jobs
    assert made.skipped == {"set aside": 2}


def kinds_due(age: float, *, settled: bool = False) -> set[RefreshKind]:
    jobs = plan(["AAPL"], ages(all_done(["AAPL"], age)), settled=settled).jobs
    return {kind for job in jobs for kind in job.kinds}


def test_everything_is_due_at_its_own_pace() -> None:
    assert kinds_due(60) == {"quotes"}
    assert kinds_due(900) == {"quotes", "technicals"}
    assert kinds_due(3600) == {"quotes", "history", "technicals"}
    assert kinds_due(86_400) == {"quotes", "history", "technicals", "fundamentals", "news"}
    assert "statements" in kinds_due(7 * 86_400)


def test_what_would_expire_before_the_next_run_is_due() -> None:
    assert "technicals" in kinds_due(815)
    assert "technicals" not in kinds_due(805)


def test_closed_market_stops_what_follows_it() -> None:
    assert kinds_due(86_400, settled=True) == {"fundamentals", "news"}
    made = plan(["AAPL"], ages(all_done(["AAPL"], 3600)), settled=True)
    assert made.skipped == {"market closed": 3, "not due": 3}


def test_what_was_never_refreshed_is_due_though_the_market_is_closed() -> None:
    jobs = plan(["AAPL"], {}, settled=True).jobs
    assert jobs[0] == Job(("quotes",), ("AAPL",))


def test_oldest_quotes_are_in_the_first_batch() -> None:
    last = ages({**all_done(["A", "B", "C"], 0), "quotes": {"A": 10, "B": 500, "C": 30}})
    jobs = plan(["A", "B", "C", "NEW"], last, batch_size=2).jobs
    assert [job.symbols for job in jobs if job.kinds == ("quotes",)] == [("NEW", "B"), ("C", "A")]


def test_most_overdue_by_its_own_measure_comes_first() -> None:
    done = all_done(["A", "B"], 100)
    last = ages({**done, "news": {"A": 3 * 86_400, "B": 100}, "history": {"A": 100, "B": 2 * 3600}})
    jobs = [job for job in plan(["A", "B"], last).jobs if job.kinds != ("quotes",)]
    assert jobs == [Job(("news",), ("A",)), Job(("history",), ("B",))]


def test_pieces_count_kinds_of_symbols() -> None:
    assert [job.units for job in plan(["A", "B", "C"], {}).jobs[:2]] == [3, 2]
