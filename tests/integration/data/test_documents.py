"""Fundamentals, news, runs of jobs; and what the server itself refuses."""

from datetime import timedelta

import pytest
from pymongo.errors import PyMongoError

from shared.data.documents import JobRun
from shared.data.repositories import Repositories
from shared.data.repositories.news_repository import NewsRepository
from shared.domain.market_data import Article, Fundamentals
from shared.domain.moments import rfc3339
from shared.errors.service_errors import InternalError
from tests.integration.data.conftest import WITH_VALIDATORS, Place
from tests.support.mongo import NOW


def fundamentals(**fields: object) -> Fundamentals:
    return Fundamentals.model_validate(
        {"symbol": "AAPL", "source": "sample", "as_of": None, "fetched_at": NOW, "market_cap": 10, **fields}
    )


def article(url: str, **fields: object) -> Article:
    known = {"title": "News", "publisher": None, "published_at": None, "summary": None, "sentiment": None}
    return Article.model_validate({**known, "url": url, **fields})


async def test_fundamentals_come_back_with_every_figure(repositories: Repositories) -> None:
    full = fundamentals(
        market_cap=3_400_000_000_000,
        trailing_pe=31.5,
        revenue=2**40,
        as_of=NOW,
        employees=5,
        stale=True,
        quality=[{"code": "market_value_mismatch", "detail": "differs by 4 %"}],
        period_end=NOW.date(),
        range_start=NOW.date(),
        fund={
            "expense_ratio": 0.002,
            "net_assets": 2**40,
            "inception_date": NOW.date(),
            "holdings": [{"symbol": None, "name": "Cash", "weight": 0.01}],
        },
    )
    await repositories.fundamentals.put(full, NOW.date())
    assert await repositories.fundamentals.latest("AAPL") == full
    assert await repositories.fundamentals.latest("MSFT") is None


async def test_fundamentals_of_one_day_are_kept_once_the_newest_ones(place: Place) -> None:
    store = place.repositories.fundamentals
    for cap, moment in ((2, NOW), (1, NOW - timedelta(hours=1)), (9, NOW - timedelta(days=1))):
        await store.put(fundamentals(market_cap=cap, fetched_at=moment), moment.date())
    latest = await store.latest("AAPL")
    assert latest is not None
    assert latest.market_cap == 2
    assert place.database["fundamental_analysis"].count_documents({}) == 2


async def listed(store: NewsRepository, symbol: str, limit: int) -> list[Article]:
    stored = await store.latest(symbol, limit)
    return [] if stored is None else list(stored.articles)


async def test_expired_documents_are_not_read(place: Place) -> None:
    """The server deletes up to a minute late: every read filters by expiry."""
    await place.repositories.fundamentals.put(fundamentals(fetched_at=NOW), NOW.date())
    await place.repositories.news.add("AAPL", [article("http://a")], "yahoo")
    place.clock.forward(91 * 86_400)
    assert await listed(place.repositories.news, "AAPL", 5) == []
    assert await place.repositories.fundamentals.latest("AAPL") is not None
    place.clock.forward(640 * 86_400)
    assert await place.repositories.fundamentals.latest("AAPL") is None


async def test_articles_are_kept_once_by_url_for_every_symbol(place: Place) -> None:
    store = place.repositories.news
    old, new = (
        article("http://a", published_at=NOW - timedelta(days=1)),
        article("http://b", published_at=NOW),
    )
    undated = article("http://c")
    place.clock.forward(3600)
    assert await store.add("AAPL", [old, new, undated], "yahoo") == 3
    assert await store.add("MSFT", [old], "yahoo") == 0
    assert await listed(store, "AAPL", 10) == [undated, new, old]
    assert await listed(store, "AAPL", 1) == [undated]
    assert await listed(store, "MSFT", 10) == [old]
    assert await store.latest("SPY", 10) is None
    assert await store.add("AAPL", [], "yahoo") == 0


async def test_article_is_brought_up_to_date_and_keeps_its_place(place: Place) -> None:
    store = place.repositories.news
    await store.add("AAPL", [article("http://a"), article("http://b", published_at=NOW - timedelta(1))], "s")
    place.clock.forward(86_400)
    await store.add("AAPL", [article("http://a", title="Newer", sentiment=0.5)], "s")
    assert [item.title for item in await listed(store, "AAPL", 5)] == ["Newer", "News"]


async def test_last_run_of_a_job(repositories: Repositories) -> None:
    assert await repositories.job_runs.latest("cache_refresh") is None
    run = JobRun("cache_refresh", NOW, NOW + timedelta(seconds=4), {"refreshed": 12, "failed": ["ZZZ"]})
    await repositories.job_runs.record(JobRun("cache_refresh", NOW, NOW, {}))
    await repositories.job_runs.record(run)
    assert await repositories.job_runs.latest("cache_refresh") == run
    assert run.as_json()["started_at"] == rfc3339(NOW)


@pytest.mark.parametrize("place", WITH_VALIDATORS, indirect=True)
async def test_server_refuses_what_the_application_would_let_through(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    store = place.repositories.job_runs
    with pytest.raises(InternalError, match="121"):
        await store._run(lambda target: target.insert_one({"_id": "job", "summary": "text"}))
    assert "document refused by the server: 'job' of job_runs" in caplog.text
    with pytest.raises(PyMongoError):
        place.database["symbols"].insert_one({"_id": "AAPL"})
