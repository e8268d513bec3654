"""The articles of a response: newest first, each address once."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from shared.domain.market_data import Article

_TRACKING: Final = frozenset({".tsrc", "guccounter", "ncid", "ref", "src", "yptr"})
"""Query parameters that say where a reader comes from, not what is read; as do all of ``utm_``."""


def newest_first(articles: Iterable[Article], limit: int) -> tuple[Article, ...]:
    """Returns at most ``limit`` articles, newest first, undated ones last.

    Of several with the same address the first one counts. Addresses are the same if they differ in scheme,
    fragment, a slash at the end or tracking parameters alone.
    """
    unique: dict[str, Article] = {}
    for article in articles:
        unique.setdefault(_address(article.url), article)
    return tuple(sorted(unique.values(), key=_published, reverse=True)[:limit])


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    query = [pair for pair in parse_qsl(parts.query) if not _is_tracking(pair[0].lower())]
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}?{urlencode(query)}"


def _is_tracking(name: str) -> bool:
    return name.startswith("utm_") or name in _TRACKING


def _published(article: Article) -> datetime:
    return article.published_at or datetime.min.replace(tzinfo=UTC)
