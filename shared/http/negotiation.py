"""Content negotiation by ``Accept`` (RFC 9110, 12.5.1)."""

from collections.abc import Sequence
from functools import lru_cache

from shared.errors.request_errors import NotAcceptableError


@lru_cache(maxsize=256)
def negotiate(accept: str | None, available: tuple[str, ...]) -> str:
    """Returns the media type of the response.

    Args:
        accept: The ``Accept`` header; None or empty accepts everything.
        available: Available media types, preferred first. Of those with equal weights, one that the client
            names comes before one that it accepts with all others (``text/html, */*``).

    Raises:
        NotAcceptableError: The client accepts none of them.
    """
    if not accept or not accept.strip():
        return available[0]
    ranges = [_parse(part) for part in accept.split(",")]
    qualities = [(_quality(media_type, ranges), media_type) for media_type in available]
    # max() returns the first of equals: the order of ``available`` decides.
    (quality, _), best = max(qualities, key=lambda item: item[0])
    if quality <= 0:
        raise NotAcceptableError(f"Available here: {', '.join(available)}.")
    return best


def _parse(part: str) -> tuple[str, float]:
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            return media_range, _weight(parameter[2:])
    return media_range, 1.0


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """Returns the weight of a media type, and how precisely the client names it."""
    # The most specific matching range decides, not the highest quality.
    candidates = ("*/*", f"{media_type.partition('/')[0]}/*", media_type)
    for precision in reversed(range(len(candidates))):
        for media_range, quality in ranges:
            if media_range == candidates[precision]:
                return quality, precision
    return 0.0, 0
