"""The HTTP session that yfinance asks Yahoo with: it keeps to deadlines and brings faults to light.

Left to itself, yfinance waits far beyond its timeouts, keeps an error page as its crumb (the token that most
endpoints want), caches failures for ever, and shows an outage as an empty answer. All of its requests go
through the session, so it is here that time is capped and that answers with an error status are raised.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from shared.market.providers.yahoo.errors import YahooAnswerError

Untyped: TypeAlias = Any
"""An object of yfinance or curl_cffi, which bring no types."""

_REQUEST_SECONDS: Final = 5.0
_TOKEN_SECONDS: Final = 1.5
"""For cookie and crumb: charts, search and news can do without, so they get their time before it is gone."""
_MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024
_MAX_RETRY_AFTER: Final = 3600.0
_CRUMB: Final = re.compile(r"[^\s<>{}]{1,64}")
_CRUMB_PATH: Final = "/v1/test/getcrumb"
_COOKIE_HOSTS: Final = frozenset({"fc.yahoo.com", "guce.yahoo.com", "consent.yahoo.com"})
"""They answer with any status, while what counts is the cookie."""


class CallState(threading.local):
    """What is known of the call under way in a worker thread.

    Attributes:
        ends: Monotonic seconds at which its time is used up.
        refused: Whether an answer of it was a 401 or 403.
        crumb_limited: Whether the crumb was refused with 429.
        token_hangs: Whether the wait for a cookie or crumb was in vain; it is not repeated within the call.
    """

    ends: float = 0.0
    refused: bool = False
    crumb_limited: bool = False
    token_hangs: bool = False

    def begin(self, ends: float) -> None:
        """Forgets the call before."""
        self.ends = ends
        self.refused = self.crumb_limited = self.token_hangs = False


def new_session(state: CallState, closing: Callable[[], bool]) -> Untyped:
    """A session as yfinance wants it; it honours ``HTTPS_PROXY`` and ``REQUESTS_CA_BUNDLE``.

    Args:
        state: Deadline of the call that the request belongs to.
        closing: Whether requests are no longer to be made.

    Its requests raise ``TimeoutError`` once the call's time is used up, and :class:`YahooAnswerError`.
    """
    from curl_cffi import CurlOpt
    from curl_cffi.requests import Session
    from curl_cffi.requests.exceptions import Timeout

    class YahooSession(Session):  # type: ignore[misc]
        def request(self, method: str, url: str, *args: Untyped, **kwargs: Untyped) -> Untyped:
            left = state.ends - time.monotonic()
            if left <= 0 or closing():
                raise TimeoutError("the time of the call is used up")
            is_token = _is_token(url)
            if is_token and state.token_hangs:
                raise TimeoutError("no answer to an earlier request for a token")
            kwargs["timeout"] = min(_TOKEN_SECONDS if is_token else _REQUEST_SECONDS, left)
            try:
                answer = super().request(method, url, *args, **kwargs)
            except Timeout:
                state.token_hangs = state.token_hangs or is_token
                raise
            _check(url, answer, state)
            return answer

    return YahooSession(impersonate="chrome", curl_options={CurlOpt.MAXFILESIZE_LARGE: _MAX_ANSWER_BYTES})


def _is_token(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname in _COOKIE_HOSTS or parts.path == _CRUMB_PATH


def _check(url: str, answer: Untyped, state: CallState) -> None:
    parts = urlsplit(url)
    if parts.hostname in _COOKIE_HOSTS:
        return
    if parts.path == _CRUMB_PATH:
        _check_crumb(answer, state)
    elif answer.status_code >= 400:
        # The first refusal goes to the library, which then tries its other way to a cookie and crumb.
        if answer.status_code in (401, 403) and not (state.refused or state.crumb_limited):
            state.refused = True
            return
        raise _answer_error(answer, state)


def _check_crumb(answer: Untyped, state: CallState) -> None:
    """Raises before the library keeps what is no crumb; it then goes on without one.

    Raises:
        YFRateLimitError: The crumb is refused for too many requests.
        ConnectionError: Any other answer that is no crumb.
    """
    from yfinance.exceptions import YFRateLimitError

    if answer.status_code == 429 or "Too Many Requests" in answer.text:
        state.crumb_limited = True
        raise YFRateLimitError
    if answer.status_code != 200 or not _CRUMB.fullmatch(answer.text):
        raise ConnectionError("no crumb")


def _answer_error(answer: Untyped, state: CallState) -> YahooAnswerError:
    try:
        (body,) = answer.json().values()
        code, description = str(body["error"]["code"]), str(body["error"]["description"])
    except (AttributeError, LookupError, TypeError, ValueError):
        code, description = None, ""
    return YahooAnswerError(
        answer.status_code,
        code,
        description,
        _seconds(answer.headers.get("retry-after")),
        crumb_limited=state.crumb_limited,
    )


def _seconds(header: str | None) -> float | None:
    if header is None or not header.strip().isdecimal():
        return None
    return min(float(header), _MAX_RETRY_AFTER)
