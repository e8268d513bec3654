"""Answers from the cache as HTTP: ETag, Age, Cache-Control, and 304 when the client has it already."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import Request, Response

from shared.cache.base import CacheEntry


def cached_response(
    req: Request,
    entry: CacheEntry,
    now: datetime,
    *,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
    revalidate: bool = False,
) -> Response:
    """The stored bytes as they are, or 304 when ``If-None-Match`` names them.

    Args:
        req: The request.
        entry: The answer.
        now: The present moment.
        media_type: What the bytes are.
        headers: Further headers.
        revalidate: Whether the client has to ask each time, for what may be deleted while it is fresh.
    """
    etag = f'"{entry.etag}"'
    if matches(req.headers.get("if-none-match"), etag):
        response = Response(status_code=304, headers=headers)
    else:
        response = Response(entry.body, media_type=media_type, headers=headers)
    lifetime = b"no-cache" if revalidate else b"max-age=%d" % entry.max_age(now)
    # As bytes at once: this is the hottest path there is.
    response.raw_headers += [
        (b"etag", etag.encode()),
        (b"cache-control", b"private, " + lifetime),
        (b"age", b"%d" % entry.age(now)),
    ]
    return response


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether an ``If-None-Match`` header names the tag, compared weakly (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag in tags
