"""One load of answers: read, then fetch what is missing under a lease or wait for the worker that does."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from shared.cache.base import CacheEntry, CacheKey, Fetched, FetchMany
from shared.cache.codec import Stored, Unknown, is_fresh, new_entry
from shared.cache.naming import Naming
from shared.cache.store import AnswerStore, Claim
from shared.errors import ServiceError, SymbolNotFoundError
from shared.runtime.clock import Clock

Result = CacheEntry | Unknown | ServiceError
"""What comes of asking for one answer."""

PAUSE_STALE: Final = 5.0
"""Seconds for which a failed fetch is not tried again while something stale is there to serve."""
PAUSE_NOTHING: Final = 1.0
"""The same while there is nothing to serve."""

_FIRST_POLL: Final = 0.02
_LONGEST_POLL: Final = 0.25


class Load:
    """Gets answers to all of ``keys``, in one task.

    Args:
        keys: What is asked for, by name.
        fetch: Makes what is missing.
        refresh: Whether only an answer made from now on will do.
        store: Where answers are kept.
        naming: Names and TTLs of the answers.
        clock: The time.
        wait_seconds: How long to wait for another worker before fetching without a lease.
        found: What was read of them already.
    """

    def __init__(
        self,
        keys: Mapping[str, CacheKey],
        fetch: FetchMany,
        *,
        refresh: bool,
        store: AnswerStore,
        naming: Naming,
        clock: Clock,
        wait_seconds: float,
        found: Mapping[str, Stored],
    ) -> None:
        self._keys = keys
        self._fetch = fetch
        self._made_since = clock().timestamp() if refresh else 0.0
        self._store = store
        self._naming = naming
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._stale: dict[str, CacheEntry] = {}
        self._results: dict[str, Result] = {}
        self._use(found)

    async def run(self) -> Mapping[str, Result]:
        """The result of every key, by name.

        Raises:
            Exception: A defect in ``fetch``: anything but the errors of the contract.
        """
        loop = asyncio.get_running_loop()
        give_up, poll = loop.time() + self._wait_seconds, _FIRST_POLL
        while missing := self._missing():
            if loop.time() >= give_up:
                await self._fetch_and_keep(missing)
                break
            claims = await self._store.claim(missing)
            leases = await self._use_claims(claims)
            if leases:
                await self._fetch_under_lease(leases)
            elif self._missing():
                await asyncio.sleep(poll * random.uniform(0.5, 1.5))  # noqa: S311 - spreads the polls
                poll = min(poll * 1.5, _LONGEST_POLL)
        return self._results

    def _missing(self) -> list[str]:
        return [name for name in self._keys if name not in self._results]

    def _use(self, found: Mapping[str, Stored]) -> None:
        now = self._clock().timestamp()
        for name, stored in found.items():
            if is_fresh(stored, now) and stored.stored_at >= self._made_since:
                self._results[name] = stored
            elif isinstance(stored, CacheEntry):
                self._stale[name] = stored

    async def _use_claims(self, claims: Mapping[str, Claim]) -> list[str]:
        """Takes what came with the claims; the leases that are needed are left, the others handed back."""
        self._use({name: claim.stored for name, claim in claims.items() if claim.stored})
        for name, claim in claims.items():
            if claim.failure and name not in self._results:
                self._fail(name, claim.failure)
        granted = [name for name, claim in claims.items() if claim.mine]
        if unneeded := [name for name in granted if name in self._results]:
            await self._store.hand_back(unneeded, {})
        return [name for name in granted if name not in self._results]

    async def _fetch_under_lease(self, names: Sequence[str]) -> None:
        failures: dict[str, tuple[ServiceError, float]] = {}
        try:
            failures = await self._fetch_and_keep(names)
        finally:
            await self._store.hand_back(names, failures)

    async def _fetch_and_keep(self, names: Sequence[str]) -> dict[str, tuple[ServiceError, float]]:
        answers = await self._ask(names)
        now = self._clock().timestamp()
        keep: dict[str, Stored] = {}
        failures: dict[str, tuple[ServiceError, float]] = {}
        for name in names:
            answer = answers.get(self._keys[name])
            if isinstance(answer, ServiceError):
                self._fail(name, answer)
                failures[name] = (answer, PAUSE_STALE if name in self._stale else PAUSE_NOTHING)
            else:
                keep[name] = made = self._made(name, answer, now)
                self._results[name] = replace(made, outcome="miss") if isinstance(made, CacheEntry) else made
        if keep:
            await self._store.write(keep)
        return failures

    async def _ask(self, names: Sequence[str]) -> Mapping[CacheKey, "Answer"]:
        keys = [self._keys[name] for name in names]
        try:
            return await self._fetch(keys)
        except SymbolNotFoundError as error:
            return {key: Unknown(error.detail, 0.0, 0) for key in keys}
        except ServiceError as error:
            return dict.fromkeys(keys, error)

    def _made(self, name: str, answer: Fetched | Unknown | None, now: float) -> Stored:
        key = self._keys[name]
        if isinstance(answer, Fetched):
            ttl = self._naming.ttl(answer.ttl_class or key.ttl_class)
            if (parent := answer.derived_from) is None:
                return new_entry(name, answer.body, now, ttl)
            ttl = min(parent.ttl, int(now - parent.stored_at) + ttl)
            return new_entry(name, answer.body, parent.stored_at, ttl)
        detail = answer.detail if answer else f"{key.symbol} is not known to any data source."
        return Unknown(detail, now, self._naming.negative_ttl)

    def _fail(self, name: str, error: ServiceError) -> None:
        stale = self._stale.get(name)
        self._results[name] = replace(stale, outcome="stale", stale_error=error) if stale else error


Answer = Fetched | Unknown | ServiceError
