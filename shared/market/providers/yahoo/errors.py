"""What goes wrong when Yahoo is asked, and the one place where it becomes an error of ours."""

from typing import Final

from shared.errors import (
    ProviderBadPayloadError,
    ProviderError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)

NAME: Final = "yahoo"

_NO_DATA_IN_SPAN: Final = "data doesn't exist for startdate"


class YahooAnswerError(Exception):
    """Yahoo answered with an error status.

    Attributes:
        status: HTTP status.
        code: Yahoo's own word for it (``Not Found``), or None when the answer is not Yahoo's JSON.
        description: Yahoo's explanation, or an empty text.
        retry_after: Seconds that Yahoo asked to be left alone, or None.
        crumb_limited: Whether it was asked without a crumb, because that was refused for too many requests.
    """

    def __init__(
        self,
        status: int,
        code: str | None = None,
        description: str = "",
        retry_after: float | None = None,
        *,
        crumb_limited: bool = False,
    ) -> None:
        super().__init__(f"status {status}, {code or 'no code'}")
        self.status = status
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.crumb_limited = crumb_limited

    @property
    def is_unknown_symbol(self) -> bool:
        """Whether Yahoo itself says that there is no such symbol; a proxy's 404 does not."""
        return self.status == 404 and self.code == "Not Found"

    @property
    def is_empty_span(self) -> bool:
        """Whether the symbol exists and has no prices in the span asked for: Yahoo's 400 says so."""
        return self.status == 400 and self.description.lower().startswith(_NO_DATA_IN_SPAN)


class YahooDownError(Exception):
    """Yahoo answers 200 with its page for outages."""


def failures() -> tuple[type[Exception], ...]:
    """What a call of the library may raise because of Yahoo or the network; anything else is a defect.

    The library looks into answers without checking their shape: hence the built-in classes.
    """
    from yfinance.exceptions import YFException

    shapes = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
    return (ProviderError, YahooAnswerError, YahooDownError, YFException, OSError, *shapes)


def provider_error(error: Exception) -> ProviderError:
    """The error of ours for one of ``failures``."""
    from curl_cffi.requests.exceptions import InvalidJSONError, RequestException, Timeout
    from yfinance.exceptions import YFRateLimitError

    if isinstance(error, ProviderError):
        return error
    if isinstance(error, YahooAnswerError):
        return _from_answer(error)
    if isinstance(error, YFRateLimitError):
        return ProviderRateLimitedError(NAME, "too many requests")
    # A JSONDecodeError is a RequestException too: the order matters.
    if isinstance(error, InvalidJSONError):
        return ProviderBadPayloadError(NAME, "the answer is not JSON")
    if isinstance(error, (Timeout, TimeoutError)):
        return ProviderTimeoutError(NAME, "did not answer in time")
    if isinstance(error, (RequestException, OSError)):
        return ProviderUnavailableError(NAME, "cannot be reached")
    if isinstance(error, YahooDownError) or "CURRENTLY DOWN" in str(error):
        return ProviderUnavailableError(NAME, "says that it is down")
    return ProviderBadPayloadError(NAME, "the answer does not have the expected shape")


def _from_answer(error: YahooAnswerError) -> ProviderError:
    refused = error.status in (401, 403)
    if error.status == 429 or (refused and error.crumb_limited):
        return ProviderRateLimitedError(NAME, "too many requests", retry_after=error.retry_after)
    if error.is_unknown_symbol:
        return ProviderNotFoundError(NAME, "does not know the symbol")
    if refused:
        return ProviderUnavailableError(NAME, "refuses the session", retry_after=error.retry_after)
    if error.status in (400, 422):
        return ProviderRequestError(NAME, "refused the request")
    return ProviderUnavailableError(NAME, f"answered status {error.status}", retry_after=error.retry_after)
