"""One attempt of a delivery: signs it, sends it, and reads the result."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from shared import __version__
from shared.domain.delivery import Delivery, Webhook
from shared.domain.moments import rfc3339
from shared.errors import ForbiddenTargetError
from shared.runtime import compact_json
from shared.runtime.clock import Clock
from shared.runtime.retry_after import retry_after_seconds
from shared.webhooks.signature import signed_headers, signing_key
from shared.webhooks.target import TargetRules

if TYPE_CHECKING:
    from yarl import URL

    from shared.webhooks.http_post import TargetResponse

_GONE: Final = 410
_USER_AGENT: Final = f"stock-research/{__version__}"


class Poster(Protocol):
    """Posts to targets; see ``shared.webhooks.http_post``."""

    async def post(self, url: "URL", body: bytes, headers: Mapping[str, str]) -> "TargetResponse":
        """Sends a body and returns the response."""

    async def aclose(self) -> None:
        """Closes all connections."""


@dataclass(frozen=True)
class WebhookTarget:
    """Where deliveries of a webhook are sent.

    Attributes:
        url: The address.
        key: Key of the signatures.
    """

    url: "URL" = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Name of host and port, under which requests are counted; it does not show them."""
        place = f"{(self.url.raw_host or '').rstrip('.').lower()}:{self.url.port}"
        return f"webhook:{hashlib.sha256(place.encode()).hexdigest()[:32]}"


@dataclass(frozen=True)
class AttemptResult:
    """Result of one attempt.

    Attributes:
        error: Why it failed, without address; None if the target accepted the delivery.
        status: Status code of the response; None without one.
        retry_after: Seconds that the target asked for; None if it did not.
        final: Whether a further attempt would fail as well.
    """

    error: str | None = None
    status: int | None = None
    retry_after: float | None = None
    final: bool = False

    @property
    def gone(self) -> bool:
        """Returns whether the target wants no further deliveries."""
        return self.status == _GONE


class AttemptSender:
    """Makes attempts.

    Args:
        rules: The rules for allowed targets.
        clock: The present moment: the timestamp of the signature.
        connect: Returns the HTTP client.
    """

    def __init__(
        self, rules: TargetRules, clock: Clock, connect: Callable[[TargetRules], Poster] | None = None
    ) -> None:
        self._rules = rules
        self._clock = clock
        self._connect = connect or new_poster
        self._poster: Poster | None = None
        self._connecting = asyncio.Lock()

    def target(self, webhook: Webhook) -> WebhookTarget:
        """Returns the target of a webhook, checked as far as that is possible without its name server.

        Raises:
            ForbiddenTargetError: Address or secret is not valid; the message says which.
        """
        try:
            return WebhookTarget(self._rules.checked_url(webhook.url), signing_key(webhook.secret))
        except ForbiddenTargetError as error:
            raise ForbiddenTargetError(f"the address {error}") from None
        except ValueError as error:
            raise ForbiddenTargetError(f"the secret {error}") from None

    async def send(self, delivery: Delivery, target: WebhookTarget) -> AttemptResult:
        """Sends a delivery once. A failure is a result, not an exception."""
        body = body_of(delivery)
        headers = {
            "content-type": "application/json",
            "user-agent": _USER_AGENT,
            **signed_headers(target.key, delivery.id, int(self._clock().timestamp()), body),
        }
        return await self._post(target.url, body, headers)

    async def aclose(self) -> None:
        """Closes all connections."""
        if self._poster is not None:
            await self._poster.aclose()

    async def _post(self, url: "URL", body: bytes, headers: Mapping[str, str]) -> AttemptResult:
        poster = await self._connected()
        import aiohttp

        try:
            response = await poster.post(url, body, headers)
        except ForbiddenTargetError as error:
            # Perhaps a mistake in the zone of the receiver: tried again.
            return AttemptResult(f"the resolved address {error}")
        except TimeoutError:
            return AttemptResult("no complete response within the deadline")
        except (aiohttp.ClientError, OSError) as error:
            # Texts of these errors contain the host; the class says enough.
            return AttemptResult(f"no response ({type(error).__name__})")
        return self._result(response)

    async def _connected(self) -> Poster:
        if self._poster is None:
            async with self._connecting:
                if self._poster is None:
                    # In a thread: the event loop does not wait for the import.
                    await asyncio.to_thread(import_module, "shared.webhooks.http_post")
                    self._poster = self._connect(self._rules)
        return self._poster

    def _result(self, response: "TargetResponse") -> AttemptResult:
        status = response.status
        if 200 <= status < 300:
            return AttemptResult(status=status)
        error = f"HTTP {status}, redirects are not followed" if 300 <= status < 400 else f"HTTP {status}"
        seconds = retry_after_seconds(response.retry_after, self._clock())
        return AttemptResult(error, status, seconds, final=status == _GONE)


def body_of(delivery: Delivery) -> bytes:
    """Returns the body of a delivery, the same for all attempts: ``type``, ``timestamp`` and ``data``."""
    content: dict[str, Any] = {
        "type": delivery.kind,
        "timestamp": rfc3339(delivery.created_at),
        "data": dict(delivery.payload),
    }
    return compact_json.dumps(content)


def new_poster(rules: TargetRules) -> Poster:
    """Returns the HTTP client of deliveries."""
    from shared.webhooks.http_post import HttpPoster

    return HttpPoster(rules)
