"""The scheduled run: sends the briefings that are due and the alerts that fire."""

import asyncio
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from shared.briefings.alert_looks import MarketLooks
from shared.briefings.alerts import next_state, sent
from shared.briefings.briefing_schedule import due
from shared.briefings.briefing_summary import JOB_NAME, BriefingCounts, BriefingSummary
from shared.briefings.digest import Digests
from shared.config.settings import BriefingSettings
from shared.data.documents import Preferences, Subscriber
from shared.domain.delivery import Delivery, DeliveryKind, event_id
from shared.domain.subscriptions import Alert, AlertState
from shared.errors import ProblemError
from shared.market.analysis.calendar import MarketCalendars
from shared.market.background_calls import background_calls
from shared.market.data_manager import DataManager
from shared.observability import metrics
from shared.observability.telemetry import annotate
from shared.runtime.clock import Clock
from shared.webhooks.outbox import Outbox

if TYPE_CHECKING:
    from shared.data.repositories import Repositories

PAGE: Final = 100
"""Owners whose alerts share one look at the market."""

_LOAD_SECONDS: Final = 60.0
_OWNER_SECONDS: Final = 60.0
_log = logging.getLogger(__name__)


class BriefingRun:
    """Goes over all owners with a briefing or alerts.

    A run needs no lock: a briefing has the same id on every worker, and an alert fires on the worker that
    stores its new state first. A run that reaches its deadline is continued by the next one.

    Args:
        market_data: Serves the data, on the budget of the scheduled refresh.
        repositories: The subscribers, their progress, and the runs.
        outbox: Queues the deliveries.
        settings: Deadline and concurrency.
        clock: The present moment.
    """

    def __init__(
        self,
        market_data: DataManager,
        repositories: "Repositories",
        outbox: Outbox,
        settings: BriefingSettings,
        clock: Clock,
    ) -> None:
        self._market_data = market_data
        self._repositories = repositories
        self._outbox = outbox
        self._settings = settings
        self._clock = clock
        self._calendars = MarketCalendars(clock)
        self._digests = Digests(market_data, clock)

    async def run(self) -> BriefingSummary:
        """Runs once; the summary is stored, and its fields are on the run's log line.

        Raises:
            DependencyUnavailableError: The database is unavailable.
        """
        before = await self.last_run()
        counts = BriefingCounts(self._clock())
        # Sample data send no requests.
        per_minute = None if self._market_data.is_sample_alone() else self._settings.requests_per_minute
        with background_calls(self._settings.concurrency, per_minute) as calls:
            await self._all_pages(counts, None if before is None else before.resume_after)
        summary = counts.summary(self._clock(), before, calls.count)
        await self._repositories.job_runs.record(summary.as_job_run())
        return _logged(summary)

    async def last_run(self) -> BriefingSummary | None:
        """Returns the summary of the last run; None without one that this version can read.

        Raises:
            DependencyUnavailableError: The database is unavailable.
        """
        stored = await self._repositories.job_runs.latest(JOB_NAME)
        try:
            return BriefingSummary.model_validate(stored.summary) if stored else None
        except ValidationError:
            return None

    async def _all_pages(self, counts: BriefingCounts, after: str | None) -> None:
        """Goes over the owners until the end or the deadline."""
        try:
            async with asyncio.timeout(self._settings.deadline):
                while page := await self._repositories.subscribers.page(after, PAGE):
                    await self._page(counts, page)
                    after = page[-1].owner
        except TimeoutError:
            counts.interrupted = True
            return
        counts.resume_after = None

    async def _page(self, counts: BriefingCounts, page: Sequence[Subscriber]) -> None:
        alerts = [alert for subscriber in page for alert in _enabled_alerts(subscriber.preferences)]
        async with aclosing(MarketLooks(self._market_data, self._calendars)) as looks:
            try:
                async with asyncio.timeout(_LOAD_SECONDS):
                    await looks.load(alerts)
            except TimeoutError:
                # Alerts without data are not looked at; the others, and the briefings, must not wait.
                counts.lacks_data = True
            waiting = iter(page)
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._settings.concurrency):
                    workers.create_task(self._worker(counts, waiting, looks))

    async def _worker(
        self, counts: BriefingCounts, waiting: Iterator[Subscriber], looks: MarketLooks
    ) -> None:
        for subscriber in waiting:
            counts.owners += 1
            # Owners that the deadline interrupts wait for the next round: they may be the slow ones.
            counts.resume_after = subscriber.owner
            try:
                async with asyncio.timeout(_OWNER_SECONDS):
                    await self._alerts(counts, subscriber, looks)
                    await self._briefing(counts, subscriber)
            except TimeoutError:
                counts.failed["timeout"] += 1
            except ProblemError as error:
                counts.failed[error.code] += 1
            except Exception:  # noqa: BLE001 - one owner must not end the run for all; the cause is logged
                if not counts.failed["internal_error"]:
                    _log.exception("briefings: unexpected error")
                counts.failed["internal_error"] += 1

    async def _alerts(self, counts: BriefingCounts, subscriber: Subscriber, looks: MarketLooks) -> None:
        for alert in _enabled_alerts(subscriber.preferences):
            state = subscriber.progress.alert_states.get(alert.id)
            if state is not None and state.pending is not None:
                # An earlier run stored the event and ended before it was in the outbox.
                state = await self._send_alert(counts, subscriber, alert, state)
                if state is None:
                    continue
            look = await looks.look(alert, state)
            changed = None if look is None else next_state(state, look)
            if changed is None or not await self._store(subscriber, alert, state, changed):
                continue
            if changed.pending is not None:
                counts.alerts += 1
                await self._send_alert(counts, subscriber, alert, changed)

    async def _send_alert(
        self, counts: BriefingCounts, subscriber: Subscriber, alert: Alert, state: AlertState
    ) -> AlertState | None:
        """Puts the pending event into the outbox.

        Returns:
            The state after; None if the event stays pending, or another worker sends it.
        """
        kind: DeliveryKind = "signal_alert" if alert.kind == "signal" else "price_alert"
        event = json.loads(state.pending or "{}")
        delivery = Delivery(
            event["id"], subscriber.owner, alert.webhook_id, kind, event["data"], created_at=self._clock()
        )
        if not await self._added(counts, delivery):
            return None
        after = sent(state)
        return after if await self._store(subscriber, alert, state, after) else None

    async def _briefing(self, counts: BriefingCounts, subscriber: Subscriber) -> None:
        schedule = subscriber.preferences.briefing
        if schedule is None or schedule.webhook_id not in _enabled_webhooks(subscriber.preferences):
            return
        # Loads calendars on first use: too slow for the event loop.
        briefing = await asyncio.to_thread(
            due, schedule, subscriber.progress.briefed_on, self._clock(), self._calendars.is_session
        )
        if briefing is None:
            return
        payload = await self._digests.make(schedule, briefing, subscriber.preferences.watchlist)
        identifier = event_id("briefing", subscriber.owner, briefing.day.isoformat())
        delivery = Delivery(
            identifier, subscriber.owner, schedule.webhook_id, "briefing", payload, created_at=self._clock()
        )
        if not await self._added(counts, delivery):
            return
        if await self._repositories.subscribers.set_briefed(subscriber, briefing.day):
            counts.briefings += 1

    async def _added(self, counts: BriefingCounts, delivery: Delivery) -> bool:
        """Puts an event into the outbox, unless the owner has been erased since the run began.

        An owner who was erased shortly before the run and has subscribed again looks the same: the event must
        not count as sent, so that the next run sends it.
        """
        if await self._repositories.erasures.is_erased(delivery.owner, counts.started_at):
            return False
        if await self._outbox.add([delivery]):
            metrics.event_created(delivery.kind)
        return True

    async def _store(
        self, subscriber: Subscriber, alert: Alert, before: AlertState | None, state: AlertState
    ) -> bool:
        return await self._repositories.subscribers.set_alert_state(subscriber, alert.id, before, state)


def _enabled_webhooks(preferences: Preferences) -> frozenset[str]:
    """Returns the ids of the webhooks whose targets have not refused them for good."""
    return frozenset(webhook.webhook_id for webhook in preferences.webhooks if not webhook.disabled)


def _enabled_alerts(preferences: Preferences) -> list[Alert]:
    enabled = _enabled_webhooks(preferences)
    return [alert for alert in preferences.alerts if alert.webhook_id in enabled]


def _logged(summary: BriefingSummary) -> BriefingSummary:
    failures = ",".join(f"{reason}:{count}" for reason, count in sorted(summary.failed.items()))
    annotate(
        outcome=summary.outcome,
        owners=summary.owners,
        briefings=summary.briefings,
        alerts=summary.alerts,
        failed=sum(summary.failed.values()),
        failures=failures or None,
        upstream_requests=summary.upstream_requests,
    )
    return summary
