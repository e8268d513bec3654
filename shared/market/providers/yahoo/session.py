"""The HTTP session of yfinance: it keeps deadlines and raises error responses.

By default yfinance waits far beyond its timeouts, keeps an error page as its crumb (the token that most
endpoints require), caches failures indefinitely, and returns an outage as an empty response. All of its
requests go through the session, which bounds their time and raises responses with an error status.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from shared.market.providers.yahoo.errors import YahooResponseError

Untyped: TypeAlias = Any
"""An object of yfinance or curl_cffi, which bring no types."""

REQUEST_SECONDS: Final = 5.0
"""Time that one request may take."""
_TOKEN_SECONDS: Final = 1.5
"""For cookie and crumb: charts, search and news work without them and need time of their own."""
_MAX_RESPONSE_BYTES: Final = 32 * 1024 * 1024
_MAX_RETRY_AFTER: Final = 3600.0
_CRUMB: Final = re.compile(r"[^\s<>{}]{1,64}")
_CRUMB_PATH: Final = "/v1/test/getcrumb"
_COOKIE_HOSTS: Final = frozenset({"fc.yahoo.com", "guce.yahoo.com", "consent.yahoo.com"})
"""Their status does not matter, only their cookie."""


class CallState(threading.local):
    """State of the current call of a worker thread.

    Attributes:
        ends: Monotonic seconds of its deadline.
        refused: Whether one of its responses was a 401 or 403.
        crumb_limited: Whether the request for the crumb was a 429.
        token_hangs: Whether a request for cookie or crumb timed out; it is not repeated within the call.
        request_seconds: Time that one request may take.
    """

    ends: float = 0.0
    request_seconds: float = REQUEST_SECONDS
    refused: bool = False
    crumb_limited: bool = False
    token_hangs: bool = False

    def begin(self, ends: float) -> None:
        """Resets the state for a call."""
        self.ends = ends
        self.request_seconds = REQUEST_SECONDS
        self.refused = self.crumb_limited = self.token_hangs = False


def new_session(state: CallState, closing: Callable[[], bool]) -> Untyped:
    """Returns a session for yfinance; it honours ``HTTPS_PROXY`` and ``REQUESTS_CA_BUNDLE``.

    Args:
        state: Deadline of the call that the request belongs to.
        closing: Returns whether new requests are rejected.

    Its requests raise ``TimeoutError`` after the deadline of the call, and :class:`YahooResponseError`.
    """
    from curl_cffi import CurlOpt
    from curl_cffi.requests import Session
    from curl_cffi.requests.exceptions import Timeout

    class YahooSession(Session):  # type: ignore[misc]
        def request(self, method: str, url: str, *args: Untyped, **kwargs: Untyped) -> Untyped:
            left = state.ends - time.monotonic()
            if left <= 0 or closing():
                raise TimeoutError("the deadline of the call has passed")
            is_token = _is_token(url)
            if is_token and state.token_hangs:
                raise TimeoutError("no response to an earlier request for a token")
            kwargs["timeout"] = min(_TOKEN_SECONDS if is_token else state.request_seconds, left)
            try:
                response = super().request(method, url, *args, **kwargs)
            except Timeout:
                state.token_hangs = state.token_hangs or is_token
                raise
            _check(url, response, state)
            return response

    return YahooSession(impersonate="chrome", curl_options={CurlOpt.MAXFILESIZE_LARGE: _MAX_RESPONSE_BYTES})


def _is_token(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname in _COOKIE_HOSTS or parts.path == _CRUMB_PATH


def _check(url: str, response: Untyped, state: CallState) -> None:
    parts = urlsplit(url)
    if parts.hostname in _COOKIE_HOSTS:
        return
    if parts.path == _CRUMB_PATH:
        _check_crumb(response, state)
    elif response.status_code >= 400:
        # The first refusal goes to the library, which then tries its other way to a cookie and crumb.
        if response.status_code in (401, 403) and not (state.refused or state.crumb_limited):
            state.refused = True
            return
        raise _response_error(response, state)


def _check_crumb(response: Untyped, state: CallState) -> None:
    """Raises before the library stores an invalid crumb; the library then continues without one.

    Raises:
        YFRateLimitError: The request for the crumb is rate limited.
        ConnectionError: The response is no crumb.
    """
    from yfinance.exceptions import YFRateLimitError

    if response.status_code == 429 or "Too Many Requests" in response.text:
        state.crumb_limited = True
        raise YFRateLimitError
    if response.status_code != 200 or not _CRUMB.fullmatch(response.text):
        raise ConnectionError("no crumb")


def _response_error(response: Untyped, state: CallState) -> YahooResponseError:
    try:
        (body,) = response.json().values()
        code, description = str(body["error"]["code"]), str(body["error"]["description"])
    except (AttributeError, LookupError, TypeError, ValueError):
        code, description = None, ""
    return YahooResponseError(
        response.status_code,
        code,
        description,
        _seconds(response.headers.get("retry-after")),
        crumb_limited=state.crumb_limited,
    )


def _seconds(header: str | None) -> float | None:
    if header is None or not header.strip().isdecimal():
        return None
    return min(float(header), _MAX_RETRY_AFTER)
