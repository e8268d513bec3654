"""Limits of cache misses over HTTP, with two workers over one Redis."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.two_workers import two_workers
from tests.support.yahoo_data import LISTINGS, Listing
from tests.support.yahoo_stub import YahooStub

pytestmark = pytest.mark.redis_server

SYMBOLS = [f"S{number}" for number in range(40)]


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yahoo lists the symbols."""
    for symbol in SYMBOLS:
        monkeypatch.setitem(LISTINGS, symbol, Listing(symbol, f"Company {symbol}", 100.0))


@contextmanager
def workers_with_yahoo(folder: Path, **environ: str) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Clients of two workers with Yahoo as the only source."""
    (folder / "yahoo").mkdir()
    with YahooStub(folder / "yahoo") as yahoo:
        source = {"YAHOO_FINANCE_ENABLED": "true", "MARKET_DATA_SOURCES": "yahoo", **yahoo.environment}
        with two_workers(folder / "workers", {**source, **environ}) as both:
            yield both.clients


def quote(client: httpx.Client, symbol: str, key: str = "one") -> httpx.Response:
    return client.get(f"/quotes/{symbol}", headers={"x-functions-key": key})


def test_misses_of_a_caller_are_limited_over_all_workers_and_hits_are_free(tmp_path: Path) -> None:
    with workers_with_yahoo(tmp_path, LIMIT_CACHE_MISSES_PER_MINUTE="4") as workers:
        statuses = [quote(workers[n % 2], symbol).status_code for n, symbol in enumerate(SYMBOLS[:6])]
        assert statuses == [200, 200, 200, 200, 429, 429]
        refused = quote(workers[0], SYMBOLS[5])
        assert refused.json()["code"] == "rate_limited"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert [quote(worker, SYMBOLS[0]).status_code for worker in workers] == [200, 200]
        batch = workers[1].get(
            "/quotes", params={"symbols": f"{SYMBOLS[0]},{SYMBOLS[6]}"}, headers={"x-functions-key": "one"}
        )
        assert [entry["symbol"] for entry in batch.json()["quotes"]] == [SYMBOLS[0]]
        assert [(error["symbol"], error["code"]) for error in batch.json()["errors"]] == [
            (SYMBOLS[6], "rate_limited")
        ]
        assert quote(workers[0], SYMBOLS[6], key="two").status_code == 200


@pytest.mark.parametrize(
    ("query", "header"),
    [("code=one&code={n}", None), ("CODE=one&x={n}", None), ("code={n}", "one"), ("", "one, {n}")],
    ids=["second code", "upper case", "header before query", "joined header lines"],
)
def test_key_that_the_host_accepts_is_one_caller_however_it_is_sent(
    tmp_path: Path, query: str, header: str | None
) -> None:
    with workers_with_yahoo(tmp_path, LIMIT_CACHE_MISSES_PER_MINUTE="2") as workers:
        statuses = []
        for n, symbol in enumerate(SYMBOLS[:4]):
            headers = {"x-functions-key": header.format(n=n)} if header else {}
            url = f"/quotes/{symbol}?{query.format(n=n)}"
            statuses.append(workers[n % 2].get(url, headers=headers).status_code)
        assert statuses == [200, 200, 429, 429]


def test_searches_and_unknown_symbols_weigh_five(tmp_path: Path) -> None:
    with workers_with_yahoo(tmp_path, LIMIT_CACHE_MISSES_PER_MINUTE="12") as workers:
        headers = {"x-functions-key": "one"}
        search = workers[0].get("/symbols", params={"query": "zzz unheard of"}, headers=headers)
        assert search.status_code == 200
        assert quote(workers[1], "NOSUCHSYMBOL").status_code == 404
        assert quote(workers[0], SYMBOLS[0]).status_code == 200
        assert quote(workers[0], SYMBOLS[1]).status_code == 200
        assert quote(workers[0], SYMBOLS[2]).status_code == 429


def test_one_caller_uses_ninety_percent_and_the_refresh_has_its_share(tmp_path: Path) -> None:
    limits = {
        "LIMIT_UPSTREAM_REQUESTS_PER_DAY": "20",
        "LIMIT_UPSTREAM_REFRESH_SHARE": "0.5",
        "CACHE_REFRESH_SYMBOLS": "AAPL",
    }
    with workers_with_yahoo(tmp_path, **limits) as workers:
        statuses = [quote(workers[n % 2], symbol).status_code for n, symbol in enumerate(SYMBOLS[:11])]
        assert statuses == [200] * 9 + [429] * 2
        refused = quote(workers[1], SYMBOLS[11])
        assert "share of the daily upstream requests" in refused.json()["detail"]
        assert int(refused.headers["retry-after"]) > 80_000
        assert quote(workers[0], SYMBOLS[0]).status_code == 200
        others = [quote(workers[n % 2], SYMBOLS[20 + n], key=f"other{n}").status_code for n in range(3)]
        assert others == [200, 503, 503]
        admin = str(workers[0].base_url).replace("/api/", "/admin/functions/cache_refresh")
        assert httpx.post(admin, json={}, timeout=60).status_code == 202
        for _ in range(100):
            if quote(workers[1], "AAPL", key="other").status_code == 200:
                break
            time.sleep(0.2)
        else:
            pytest.fail("the refresh has no share of the budget")
