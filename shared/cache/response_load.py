"""One load of responses: read, then fetch what is missing under a lease, or wait for the worker that does."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from shared.cache.cache_entry import CacheEntry, CacheKey, Fetched, FetchMany
from shared.cache.codec import NegativeEntry, Stored, Tombstone, is_fresh, new_entry
from shared.cache.key_policy import KeyPolicy
from shared.cache.response_store import FetchLease, ResponseStore
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import ServiceError
from shared.runtime.clock import Clock

Result = CacheEntry | NegativeEntry | Tombstone | ServiceError
"""Result of loading one response."""

RETRY_STALE_SECONDS: Final = 5.0
"""Seconds for which a failed fetch is not retried while a stale entry can be served."""
RETRY_MISSING_SECONDS: Final = 1.0
"""The same while there is no entry."""

_FIRST_POLL: Final = 0.02
_MAX_POLL: Final = 0.25

_FetchResult = Fetched | NegativeEntry | ServiceError


class ResponseLoad:
    """Loads all responses of ``keys`` in one task.

    Args:
        keys: Keys by name.
        fetch: Fetches what is missing.
        refresh: Whether only responses that are fetched from now on are accepted; a recent failure of another
            fetch, whose budget may differ, is ignored.
        store: Stores the entries.
        policy: TTLs of the responses.
        clock: The time.
        wait_seconds: How long to wait for another worker before fetching without a lease.
        stored: Entries that were read already.
    """

    def __init__(
        self,
        keys: Mapping[str, CacheKey],
        fetch: FetchMany,
        *,
        refresh: bool,
        store: ResponseStore,
        policy: KeyPolicy,
        clock: Clock,
        wait_seconds: float,
        stored: Mapping[str, Stored],
    ) -> None:
        self._keys = keys
        self._fetch = fetch
        self._refresh = refresh
        self._fetched_since = clock().timestamp() if refresh else 0.0
        self._read_before = dict(stored) if refresh else {}
        self._store = store
        self._policy = policy
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._stale: dict[str, CacheEntry] = {}
        self._results: dict[str, Result] = {}
        self._accept(stored)

    async def run(self) -> Mapping[str, Result]:
        """Returns the result of every key, by name.

        Raises:
            Exception: A defect in ``fetch``: an error that its contract does not name.
        """
        loop = asyncio.get_running_loop()
        give_up_at, poll = loop.time() + self._wait_seconds, _FIRST_POLL
        while missing := self._missing():
            if loop.time() >= give_up_at:
                await self._fetch_and_store(missing)
                break
            claims = await self._store.claim(missing, ignore_failures=self._refresh)
            leases = await self._use_claims(claims)
            if leases:
                await self._fetch_under_lease(leases)
            elif self._missing():
                await asyncio.sleep(poll * random.uniform(0.5, 1.5))  # noqa: S311 - spreads the polls
                poll = min(poll * 1.5, _MAX_POLL)
        return self._results

    def _missing(self) -> list[str]:
        return [name for name in self._keys if name not in self._results]

    def _accept(self, entries: Mapping[str, Stored]) -> None:
        now = self._clock().timestamp()
        for name, stored in entries.items():
            # What was there before is not fetched from now on, even if it was stored in this moment.
            is_new = stored.stored_at >= self._fetched_since and stored != self._read_before.get(name)
            if is_fresh(stored, now) and is_new:
                self._results[name] = stored
            elif isinstance(stored, CacheEntry):
                self._stale[name] = stored

    async def _use_claims(self, claims: Mapping[str, FetchLease]) -> list[str]:
        """Accepts the entries that came with the claims; returns the acquired leases that are needed."""
        self._accept({name: claim.stored for name, claim in claims.items() if claim.stored})
        for name, claim in claims.items():
            if claim.failure and name not in self._results:
                self._fail(name, claim.failure)
        acquired = [name for name, claim in claims.items() if claim.acquired]
        if unneeded := [name for name in acquired if name in self._results]:
            await self._store.release(unneeded, {})
        return [name for name in acquired if name not in self._results]

    async def _fetch_under_lease(self, names: Sequence[str]) -> None:
        failures: dict[str, tuple[ServiceError, float]] = {}
        try:
            failures = await self._fetch_and_store(names)
        finally:
            await self._store.release(names, failures)

    async def _fetch_and_store(self, names: Sequence[str]) -> dict[str, tuple[ServiceError, float]]:
        fetched = await self._fetch_all(names)
        now = self._clock().timestamp()
        entries: dict[str, Stored] = {}
        failures: dict[str, tuple[ServiceError, float]] = {}
        for name in names:
            result = fetched.get(self._keys[name])
            if isinstance(result, ServiceError):
                self._fail(name, result)
                retry = RETRY_STALE_SECONDS if name in self._stale else RETRY_MISSING_SECONDS
                failures[name] = (result, retry)
            else:
                entries[name] = entry = self._entry(name, result, now)
                self._results[name] = (
                    replace(entry, outcome="miss") if isinstance(entry, CacheEntry) else entry
                )
        if entries:
            for name, tombstone in (await self._store.write(entries)).items():
                self._results[name] = tombstone
        return failures

    async def _fetch_all(self, names: Sequence[str]) -> Mapping[CacheKey, _FetchResult]:
        keys = [self._keys[name] for name in names]
        try:
            return await self._fetch(keys)
        except SymbolNotFoundError as error:
            return {key: NegativeEntry(error.detail, 0.0, 0) for key in keys}
        except ServiceError as error:
            return dict.fromkeys(keys, error)

    def _entry(self, name: str, result: Fetched | NegativeEntry | None, now: float) -> Stored:
        key = self._keys[name]
        if isinstance(result, Fetched):
            return entry_of(name, key, result, self._policy, now)
        detail = result.detail if result else f"{key.symbol} is not known to any data source."
        return NegativeEntry(detail, now, self._policy.negative_ttl)

    def _fail(self, name: str, error: ServiceError) -> None:
        stale = self._stale.get(name)
        self._results[name] = replace(stale, outcome="stale", stale_error=error) if stale else error


def entry_of(name: str, key: CacheKey, fetched: Fetched, policy: KeyPolicy, now: float) -> CacheEntry:
    """Returns the entry of a response that was fetched at ``now``, a Unix time in seconds."""
    ttl = policy.ttl(fetched.ttl_class or key.ttl_class)
    if (parent := fetched.derived_from) is None:
        stored_at = now if fetched.fetched_at is None else min(now, fetched.fetched_at)
        return new_entry(name, fetched.body, stored_at, ttl, fetched.source)
    ttl = min(parent.ttl, int(now - parent.stored_at) + ttl)
    return new_entry(name, fetched.body, parent.stored_at, ttl, fetched.source or parent.source)
