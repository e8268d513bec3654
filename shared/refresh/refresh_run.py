"""Scheduled refresh of tracked symbols and watchlists in the cache and in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aiolimiter import AsyncLimiter
from pydantic import ValidationError

from shared.config.settings import RefreshSettings
from shared.config.store_settings import CacheSettings
from shared.data.documents import JobRun
from shared.domain.market_data import DataKind
from shared.errors.request_errors import ConflictError, SymbolNotFoundError
from shared.errors.service_errors import DependencyUnavailableError, ServiceError
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.exchanges import calendar_of
from shared.market.background_calls import background_calls
from shared.market.data_manager import DEFAULT_TECHNICALS_PERIOD, MAX_ARTICLES, Answer, DataManager
from shared.observability import metrics
from shared.observability.telemetry import annotate
from shared.redis.keys import RedisKeys
from shared.redis.lease import RedisLease, RedisLeases
from shared.refresh.failing_items import FailingItems, after_run
from shared.refresh.market_store import MarketStore
from shared.refresh.plan import Job, Plan, RefreshItem, RefreshKind, intervals, make_plan
from shared.refresh.progress import RefreshProgress, RefreshSummary
from shared.refresh.refresh_redis import RefreshRedis
from shared.refresh.run_counts import DEADLINE_NOTE, RunCounts, item_names
from shared.refresh.watchlist import WatchlistRemarks
from shared.runtime.clock import Clock
from shared.runtime.degraded import DegradedState

if TYPE_CHECKING:
    from shared.data.repositories import Repositories

MAX_SYMBOLS: Final = 20_000
"""Largest number of symbols per run; tracked symbols come before those on watchlists."""

JOB_NAME: Final = "cache_refresh"

_SOURCE_KINDS: Final[Mapping[RefreshKind, DataKind]] = {
    "quotes": "quote",
    "history": "history",
    "technicals": "history",
    "fundamentals": "fundamentals",
    "statements": "statements",
    "news": "news",
}
"""What a source must have for each kind; a kind that no source has is not refreshed."""
_LEASE_MARGIN: Final = 30.0
_UNLIMITED: Final = 1_000_000
"""Jobs per second."""
_STATEMENT_REQUESTS: Final = 9
"""Three statements with three lengths of periods."""
_SETTLING_SECONDS: Final = 1200.0
_log = logging.getLogger(__name__)


class CacheRefresh:
    """Refreshes due data, one run at a time over all workers.

    Quotes are refreshed on every run, other data when nine tenths of their TTL have passed. Quotes, histories
    and technicals are skipped while their market is closed. Items that fail again and again while others
    succeed are set aside with a growing interval. A run that ends early stores its progress; the next one
    begins with the oldest data.

    Args:
        market_data: Requests the sources and fills the cache.
        repositories: List the tracked symbols and store the results.
        leases: The leases of this worker in Redis.
        settings: Default symbols, deadline, concurrency.
        cache: TTLs, and the prefix of the keys.
        clock: The present moment.
    """

    def __init__(
        self,
        market_data: DataManager,
        repositories: "Repositories",
        leases: RedisLeases,
        settings: RefreshSettings,
        cache: CacheSettings,
        clock: Clock,
    ) -> None:
        self._market_data = market_data
        self._repositories = repositories
        self._settings = settings
        self._store = MarketStore(repositories)
        self._every = {
            kind: seconds
            for kind, seconds in intervals(cache.ttl).items()
            if market_data.has_background_source(_SOURCE_KINDS[kind])
        }
        self._clock = clock
        self._calendars = MarketCalendars(clock)
        keys = RedisKeys(cache.prefix)
        self._progress = RefreshProgress(leases.guard, keys)
        self._remarks = WatchlistRemarks(leases.guard, keys, clock)
        self._failing_items = FailingItems(RefreshRedis(leases.guard, keys))
        self._leases = leases
        self._failing = DegradedState("cache refresh", _log)

    async def run(self) -> RefreshSummary:
        """Runs once; the summary is stored, and its fields are on the run's log line.

        Raises:
            DependencyUnavailableError: Redis is unavailable, so there is no cache to fill.
        """
        run = RunCounts(self._clock())
        lease = RedisLease(self._leases, self._progress.lease_key, self._settings.deadline + _LEASE_MARGIN)
        try:
            async with lease.held():
                with background_calls(self._settings.concurrency) as calls:
                    await self._refresh(run)
                return await self._finish(run, calls.count)
        except ConflictError:
            return self._logged(run.summary("locked", self._clock()))
        except DependencyUnavailableError as error:
            await self._record_failure(run, error)
            raise

    async def last_run(self) -> RefreshSummary | None:
        """Returns the summary of the last run; None without one that this version can read.

        Raises:
            DependencyUnavailableError: The database is unavailable.
        """
        stored = await self._repositories.job_runs.latest(JOB_NAME)
        try:
            return RefreshSummary.model_validate(stored.summary) if stored else None
        except ValidationError:
            return None

    async def _record_failure(self, run: RunCounts, error: DependencyUnavailableError) -> None:
        """Stores a run that could not begin, so that the readiness of all instances shows it."""
        run.notes[error.detail] = None
        with suppress(DependencyUnavailableError):
            summary = run.summary("failed", self._clock(), before=await self.last_run())
            await self._repositories.job_runs.record(_job_run(summary))

    async def _refresh(self, run: RunCounts) -> None:
        ends = asyncio.get_running_loop().time() + self._settings.deadline
        run.symbols = await self._symbols(run)
        run.items = len(run.symbols) * len(self._every)
        run.failing = await self._failing_items.load(run.symbols)
        last = await self._progress.load()
        await self._progress.forget_others(run.symbols, last)
        await self._remarks.forget_others(run.symbols)
        now = self._clock()
        set_aside = {item for item, failing in run.failing.items() if not failing.is_due(now)}
        # Loads calendars on first use and checks every symbol: too slow for the event loop.
        plan = await asyncio.to_thread(
            lambda: make_plan(
                run.symbols,
                last,
                self._every,
                self._closed_since,
                set_aside,
                now=now.timestamp(),
                batch_size=self._settings.batch_size,
            )
        )
        run.skipped.update(plan.skipped)
        await self._run_plan(run, plan, ends)
        await self._record_failing(run)

    async def _symbols(self, run: RunCounts) -> tuple[str, ...]:
        """Returns the symbols to refresh; the configured ones if none is tracked or known."""
        try:
            tracked = await self._repositories.symbols.tracked()
            watched = await self._repositories.preferences.watchlist_symbols()
        except DependencyUnavailableError:
            self._note_database_unavailable(run)
            tracked, watched = [], []
        symbols = dict.fromkeys((*(tracked or self._settings.symbols), *watched))
        return tuple(symbols)[:MAX_SYMBOLS]

    def _closed_since(self, symbol: str, since: float) -> bool:
        """Returns whether the market has been closed since 20 minutes before the moment."""
        code, now = calendar_of(symbol), self._clock()
        if self._calendars.is_open(code, now):
            return False
        closed = self._calendars.last_close(code, now)
        return closed is not None and since >= closed.timestamp() + _SETTLING_SECONDS

    async def _run_plan(self, run: RunCounts, plan: Plan, ends: float) -> None:
        """Runs the jobs in order until the deadline."""
        jobs = iter(plan.jobs)
        # The refresh must not use up the rate limit of a source that users need. A job waits for its turn
        # before it starts a fetch: a waiting fetch would hold its lease and delay requests.
        pace = AsyncLimiter(self._settings.requests_per_minute, 60)
        if self._market_data.is_sample_alone():
            # It sends no requests.
            pace = AsyncLimiter(_UNLIMITED, 1)
        try:
            async with asyncio.timeout_at(ends), asyncio.TaskGroup() as workers:
                # Twice as many workers as concurrent requests: some write results while others fetch.
                for _ in range(2 * self._settings.concurrency):
                    workers.create_task(self._worker(run, jobs, pace))
        except TimeoutError:
            run.skipped["deadline"] += sum(job.units for job in plan.jobs) - run.attempted
            run.notes[DEADLINE_NOTE] = None

    async def _worker(self, run: RunCounts, jobs: Iterator[Job], pace: AsyncLimiter) -> None:
        for job in jobs:
            if job.kinds == ("quotes",):
                await pace.acquire()
                quotes: list[RefreshItem] = [("quotes", symbol) for symbol in job.symbols]
                await self._guarded(run, quotes, self._quotes(run, job.symbols))
                continue
            for kind in job.kinds:
                for _ in range(_STATEMENT_REQUESTS if kind == "statements" else 1):
                    await pace.acquire()
                await self._guarded(run, [(kind, job.symbols[0])], self._one(run, kind, job.symbols[0]))

    async def _guarded(self, run: RunCounts, items: Sequence[RefreshItem], work: Awaitable[None]) -> None:
        """Runs one job; an unexpected error is counted and does not end the run."""
        try:
            await work
        except Exception:  # noqa: BLE001 - the cause is logged, the run goes on
            if not run.failed["internal_error"]:
                # Once a run: one defect can fail thousands of symbols.
                _log.exception("cache refresh: unexpected error")
            run.fail(items, "internal_error")
        run.attempted += len(items)

    async def _quotes(self, run: RunCounts, symbols: Sequence[str]) -> None:
        result = await self._market_data.quotes(symbols, refresh=True)
        fresh = [
            answer.value.symbol
            for answer in result.answers
            if self._is_fresh(run, ("quotes", answer.value.symbol), answer)
        ]
        unknown: list[str] = []
        for symbol, error in result.errors.items():
            if isinstance(error, SymbolNotFoundError):
                run.failed[error.code] += 1
                unknown.append(symbol)
            else:
                run.fail([("quotes", symbol)], error.code)
        await self._done(run, "quotes", [*fresh, *unknown])
        with suppress(DependencyUnavailableError):
            await self._remarks.record(unknown, fresh)

    async def _one(self, run: RunCounts, kind: RefreshKind, symbol: str) -> None:
        try:
            refreshed = await self._ask(run, kind, symbol)
        except SymbolNotFoundError as error:
            # Asked for again when it is due, not on every run.
            await self._done(run, kind, [symbol])
            if kind == "statements":
                # Funds and indexes have none: that is an answer.
                run.refreshed += 1
                return
            run.failed[error.code] += 1
        except ServiceError as error:
            run.fail([(kind, symbol)], error.code)
        else:
            if refreshed:
                await self._done(run, kind, [symbol])

    async def _ask(self, run: RunCounts, kind: RefreshKind, symbol: str) -> bool:
        """Refreshes and stores one kind of data; returns whether fresh data came."""
        market, store, item = self._market_data, self._store, (kind, symbol)
        if kind == "history":
            history, change = await market.warm_history(symbol)
            write = None if change is None else partial(store.put_history, change)
            return await self._keep(run, item, history, write)
        if kind == "technicals":
            technicals = await market.technicals(symbol, DEFAULT_TECHNICALS_PERIOD, refresh=True)
            return await self._keep(run, item, technicals, None)
        if kind == "fundamentals":
            fundamentals = await market.fundamentals(symbol, refresh=True)
            return await self._keep(
                run, item, fundamentals, lambda: store.put_fundamentals(fundamentals.value)
            )
        if kind == "statements":
            statements = await market.all_statements(symbol)
            return await self._keep(run, item, None, partial(store.put_statements, statements))
        news = await market.news(symbol, MAX_ARTICLES, refresh=True)
        return await self._keep(run, item, news, lambda: store.put_news(news.value))

    async def _keep(
        self,
        run: RunCounts,
        item: RefreshItem,
        answer: Answer[Any] | None,
        write: Callable[[], Awaitable[None]] | None,
    ) -> bool:
        """Counts an answer, and writes it to the database while that is available; False for a stale one."""
        if answer is not None and not self._is_fresh(run, item, answer):
            return False
        if answer is None:
            run.refreshed += 1
        if write is not None and not run.database_unavailable:
            try:
                await write()
            except DependencyUnavailableError:
                self._note_database_unavailable(run)
        return True

    def _is_fresh(self, run: RunCounts, item: RefreshItem, answer: Answer[Any]) -> bool:
        """Counts an answer; a stale one counts as a failure, since a fresh one was requested."""
        if answer.entry.outcome == "stale":
            run.fail([item], "upstream_failed")
            return False
        run.refreshed += 1
        return True

    def _note_database_unavailable(self, run: RunCounts) -> None:
        run.database_unavailable = True
        run.notes["the database is unavailable: nothing was written to it"] = None

    async def _done(self, run: RunCounts, kind: RefreshKind, symbols: Sequence[str]) -> None:
        run.settled.update((kind, symbol) for symbol in symbols)
        try:
            await self._progress.done(kind, symbols, self._clock())
        except DependencyUnavailableError:
            self._note_redis_unavailable(run)

    async def _record_failing(self, run: RunCounts) -> None:
        """Stores which items fail, and logs those that are set aside from now on."""
        before = set(run.set_aside())
        run.failing = after_run(run.failing, run.failures, run.settled, self._clock())
        try:
            await self._failing_items.replace(run.failing)
        except DependencyUnavailableError:
            self._note_redis_unavailable(run)
        if added := run.set_aside().keys() - before:
            names = ", ".join(item_names(added))
            _log.warning("cache refresh: %d items set aside after repeated failures: %s", len(added), names)

    def _note_redis_unavailable(self, run: RunCounts) -> None:
        run.notes["Redis became unavailable: progress was not saved"] = None

    async def _finish(self, run: RunCounts, upstream_requests: int) -> RefreshSummary:
        """Stores the summary of a run; while the database is unavailable, it is only logged."""
        outcome = run.outcome()
        try:
            before = None if run.database_unavailable else await self.last_run()
            summary = run.summary(outcome, self._clock(), upstream_requests, before)
            if not run.database_unavailable:
                await self._repositories.job_runs.record(_job_run(summary))
        except DependencyUnavailableError:
            self._note_database_unavailable(run)
            summary = run.summary(run.outcome(), self._clock(), upstream_requests)
        return self._logged(summary)

    def _logged(self, summary: RefreshSummary) -> RefreshSummary:
        failed = sum(summary.failed.values())
        annotate(
            outcome=summary.outcome,
            symbols=summary.symbols,
            attempted=summary.attempted,
            refreshed=summary.refreshed,
            failed=failed,
            failures=_counts(summary.failed),
            skipped=_counts(summary.skipped),
            upstream_requests=summary.upstream_requests,
            set_aside=_counts(summary.set_aside),
            set_aside_items=", ".join(summary.set_aside_items) or None,
            notes="; ".join(summary.notes) or None,
        )
        metrics.refresh_ended(
            summary.outcome, summary.duration_ms / 1000, refreshed=summary.refreshed, failed=failed
        )
        if summary.outcome == "failed":
            self._failing.begin(f"nothing was refreshed ({_counts(summary.failed)})")
        elif summary.outcome != "locked":
            self._failing.end()
        return summary


def _counts(numbers: Mapping[str, int]) -> str | None:
    """Returns ``reason:2,other:1``, or None for no numbers."""
    return ",".join(f"{reason}:{count}" for reason, count in sorted(numbers.items())) or None


def _job_run(summary: RefreshSummary) -> JobRun:
    return JobRun(JOB_NAME, summary.started_at, summary.finished_at, summary.model_dump(mode="json"))
