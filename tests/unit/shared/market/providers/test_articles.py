"""Articles of a response: each address once, newest first."""

from datetime import UTC, datetime

import pytest

from shared.domain.market_data import Article
from shared.market.providers.articles import newest_first


def article(url: str, day: int | None = 19, title: str = "Title") -> Article:
    published = None if day is None else datetime(2026, 11, day, tzinfo=UTC)
    return Article(title=title, publisher=None, url=url, published_at=published, summary=None, sentiment=None)


def test_newest_come_first_and_undated_ones_last() -> None:
    articles = [
        article("https://a.example/1", None),
        article("https://a.example/2", 18),
        article("https://a.example/3"),
    ]
    assert [one.url[-1] for one in newest_first(articles, 5)] == ["3", "2", "1"]
    assert [one.url[-1] for one in newest_first(articles, 2)] == ["3", "2"]


@pytest.mark.parametrize(
    "same",
    [
        "https://a.example/story?id=7",
        "http://a.example/story?id=7",
        "https://A.example/story/?id=7",
        "https://a.example/story?id=7&utm_source=x&.tsrc=rss",
        "https://a.example/story?id=7#comments",
    ],
)
def test_same_address_counts_once(same: str) -> None:
    first = article("https://a.example/story?id=7", title="First")
    assert newest_first([first, article(same, title="Second")], 5) == (first,)


@pytest.mark.parametrize(
    "other", ["https://a.example/story?id=8", "https://b.example/story?id=7", "https://[x"]
)
def test_other_address_is_another_article(other: str) -> None:
    assert len(newest_first([article("https://a.example/story?id=7"), article(other)], 5)) == 2
