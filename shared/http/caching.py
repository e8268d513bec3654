"""HTTP responses from cache entries: ETag, Age, Cache-Control and 304 Not Modified."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import Request, Response

from shared.cache.cache_entry import CacheEntry


def cached_response(
    req: Request,
    entry: CacheEntry,
    now: datetime,
    *,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
    revalidate: bool = False,
) -> Response:
    """Returns the cached bytes, or 304 when ``If-None-Match`` matches.

    Args:
        req: The request.
        entry: The cache entry.
        now: Current time.
        media_type: Media type of the bytes.
        headers: Further headers.
        revalidate: Whether the client must revalidate each time, for resources that may be deleted.
    """
    etag = f'"{entry.etag}"'
    if matches(req, etag):
        response = Response(status_code=304, headers=headers)
    else:
        response = Response(entry.body, media_type=media_type, headers=headers)
    lifetime = b"no-cache" if revalidate else b"max-age=%d" % entry.max_age(now)
    # Encoded here: this is the hottest path of the service.
    response.raw_headers += [
        (b"etag", etag.encode()),
        (b"cache-control", b"private, " + lifetime),
        (b"age", b"%d" % entry.age(now)),
    ]
    return response


def matches(req: Request, etag: str) -> bool:
    """Returns whether ``If-None-Match``, repeated or not, has the tag, by weak comparison.

    Source: RFC 9110, 13.1.2. None of our tags has a comma, and what is no tag matches none.
    """
    given = req.headers.getlist("if-none-match")
    if not given:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in ",".join(given).split(",")]
    return "*" in tags or etag in tags
