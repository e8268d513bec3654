"""Answers from the cache as HTTP: ETag, Age, Cache-Control, and 304 when the client has it already."""

from datetime import datetime

from fastapi import Request, Response

from shared.cache.base import CacheEntry


def cached_response(req: Request, entry: CacheEntry, now: datetime) -> Response:
    """The stored bytes as they are, or 304 when ``If-None-Match`` names them."""
    etag = f'"{entry.etag}"'
    headers = {
        "ETag": etag,
        "Cache-Control": f"private, max-age={entry.max_age(now)}",
        "Age": str(entry.age(now)),
    }
    if matches(req.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(entry.body, media_type="application/json", headers=headers)


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether an ``If-None-Match`` header names the tag, compared weakly (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag in tags
