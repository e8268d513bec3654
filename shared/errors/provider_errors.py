"""Failures of one data source or one model; the router that chose it decides on a fallback.

::

    ProviderError
    ├── ProviderNotFoundError           symbol unknown: try the next, cache the result
    ├── ProviderNotCoveredError         no such data for the symbol: try the next
    ├── ProviderRateLimitedError        cooldown of ``retry_after`` seconds
    │   └── ProviderBudgetError         our own budget: try the next, the breaker stays closed
    ├── ProviderNotEntitledError        the plan lacks this: never retry
    ├── ProviderAuthError               credentials refused: never retry
    ├── ProviderTimeoutError            deadline exceeded: try the next
    ├── ProviderUnavailableError        down: try the next
    ├── ProviderBadPayloadError         malformed payload: try the next
    ├── ProviderEmptyAnswerError        neither text nor tool call: try the next
    ├── ProviderReasoningTimeoutError   reasoned too long: try the next, the breaker stays closed
    ├── ProviderContextTooLongError     the prompt does not fit: try the next
    ├── ProviderContentFilteredError    policy refused the prompt: try no other
    ├── ProviderRequestError            rejected the request: a retry cannot help
    └── ProviderInterruptedError        ended in the middle of an answer
"""

from shared.errors import ProviderError


class ProviderNotFoundError(ProviderError):
    """The provider is available and does not know the symbol."""


class ProviderNotCoveredError(ProviderError):
    """The provider does not cover the symbol or this kind of data; the symbol may exist."""


class ProviderRateLimitedError(ProviderError):
    """The provider's rate limit or our budget for it is exhausted."""


class ProviderBudgetError(ProviderRateLimitedError):
    """Our budget for the provider is exhausted; the provider was not called."""


class ProviderNotEntitledError(ProviderError):
    """The plan of the account does not include the data."""


class ProviderAuthError(ProviderError):
    """Credentials are missing, invalid or could not be obtained."""


class ProviderTimeoutError(ProviderError):
    """The provider did not respond within the deadline."""


class ProviderUnavailableError(ProviderError):
    """The provider is unreachable or responds with 5xx."""


class ProviderBadPayloadError(ProviderError):
    """The response does not have the documented shape."""


class ProviderRequestError(ProviderError):
    """The provider rejected the request itself (400, 404, 422)."""


class ProviderEmptyAnswerError(ProviderError):
    """The model ended its answer without text or tool call."""


class ProviderReasoningTimeoutError(ProviderError):
    """A reasoning model reached its own time limit before the first word."""


class ProviderContextTooLongError(ProviderError):
    """The prompt does not fit into the model's context."""


class ProviderContentFilteredError(ProviderError):
    """The provider's content policy refused the prompt."""


class ProviderInterruptedError(ProviderError):
    """The provider ended in the middle of a streamed answer."""
