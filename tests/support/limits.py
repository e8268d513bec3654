"""Settings of limits for tests."""

from typing import Any, Final

from shared.config.settings import LimitSettings

UNREACHED: Final = dict.fromkeys(
    (
        "LIMIT_CHAT_PER_MINUTE",
        "LIMIT_CHAT_TOTAL_PER_MINUTE",
        "LIMIT_REPORTS_PER_MINUTE",
        "LIMIT_WRITES_PER_MINUTE",
        "LIMIT_CACHE_MISSES_PER_MINUTE",
    ),
    "1000000",
)
"""Environment variables: limits per minute that no test reaches. All tests of a process are one caller."""


def limit_settings(**changes: Any) -> LimitSettings:
    """Returns limits that no test reaches, with some changed."""
    values: dict[str, Any] = {
        "body_bytes": 65_536,
        "chat_per_minute": 1_000,
        "chat_total_per_minute": 1_000,
        "reports_per_minute": 1_000,
        "writes_per_minute": 1_000,
        "users_per_caller": 1_000,
        "streams_per_caller": 1_000,
        "upstream_requests_per_day": 1_000_000,
        "upstream_refresh_share": 0.0,
        "cache_misses_per_minute": 1_000_000,
        "model_tokens_per_day": 1_000_000,
        "model_dollars_per_day": 1_000_000,
    }
    return LimitSettings.model_validate(values | changes)
