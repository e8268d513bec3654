"""Stand-ins for what keeps reports and what makes them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, cast

from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.cache.redis_cache import RedisCache
from shared.data.documents import StoredRecommendation
from shared.data.repositories.reports_repository import ReportReference
from shared.domain.caller import Owner
from shared.domain.moments import rfc3339
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.streams import RedisStreams
from shared.reports.archive import ReportArchive
from shared.reports.jobs import Advance
from shared.reports.owned_reports import OwnedReports
from shared.reports.rendering.renderer import Renderer, WrittenForm
from shared.reports.report import FiguresInProse, Recommendation, Report, ReportMetadata
from shared.reports.report_events import ProgressEvent
from shared.reports.report_streams import ReportStreams
from shared.reports.request import ReportRequest
from shared.reports.service import ReportService
from shared.streams.stream_transport import StreamTransport
from tests.support.cache import FrozenClock, cache_settings
from tests.support.redis_parts import KEYS, make_leases
from tests.support.stock_data import NOW

FRESH_SECONDS = 60


def make_report(number: int, made_at: datetime = NOW) -> Report:
    """A report with nothing in it."""
    return Report(
        report_id=f"{number:032x}",
        symbol="AAPL",
        name="Apple Inc.",
        currency="USD",
        timestamp=made_at,
        report_type="comprehensive_analysis",
        time_horizon="medium_term",
        summary="Fine.",
        recommendation=Recommendation(
            action="hold", target_price=None, confidence=0, time_frame_months=12, rationale="None."
        ),
        analysis_sections=(),
        sources=(),
        figures=FiguresInProse(stated=0, supported=0, unsupported=()),
        metadata=ReportMetadata(
            provider="openai",
            model="gpt-test",
            fallback=False,
            fallback_reason=None,
            prompt_tokens=1,
            completion_tokens=1,
            data_sources=("yahoo",),
            data_as_of=NOW,
            duration_ms=1,
        ),
    )


class FakeErasures:
    """Remembers erasures in memory."""

    def __init__(self) -> None:
        self.erased: dict[str, datetime] = {}

    async def is_erased(self, owner: str, since: datetime) -> bool:
        return owner in self.erased and self.erased[owner] >= since


class FakeRecommendations:
    """Keeps recommendations in memory."""

    def __init__(self) -> None:
        self.kept: list[StoredRecommendation] = []

    async def put(self, recommendation: StoredRecommendation) -> None:
        self.kept.append(recommendation)


class FakeReports:
    """A collection in a dict, which may be down."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.references: dict[str, ReportReference] = {}
        self.reads = 0
        self.down = False

    async def insert(self, report: Mapping[str, Any]) -> None:
        self._check()
        self.kept[report["report_id"]] = dict(report)

    async def get(self, report_id: str) -> dict[str, Any] | None:
        self._check()
        self.reads += 1
        return self._public(self.kept.get(report_id))

    async def find_fresh(
        self,
        symbol: str,
        report_type: str,
        time_horizon: str,
        since: datetime,
        provider: str | None,
        known_on: date | None = None,
        *,
        language: str = "en",
    ) -> dict[str, Any] | None:
        self._check()
        self.reads += 1
        found = [
            one
            for one in self.kept.values()
            if (one["symbol"], one["report_type"], one["time_horizon"]) == (symbol, report_type, time_horizon)
            and one["timestamp"] >= since
            and provider in {None, one["metadata"]["provider"]}
            and one["metadata"].get("known_on") == (known_on and known_on.isoformat())
            and one.get("language", "en") == language
        ]
        return self._public(max(found, key=lambda one: one["timestamp"], default=None))

    async def share(self, content_id: str, owner: Owner, report_id: str) -> str | None:
        self._check()
        if content_id not in self.kept:
            return None
        for reference in self.references.values():
            if (reference.content_id, reference.owner) == (content_id, owner):
                return reference.report_id
        self.references[report_id] = ReportReference(report_id, owner, content_id)
        return report_id

    async def find_reference(self, report_id: str) -> ReportReference | None:
        self._check()
        self.reads += 1
        return self.references.get(report_id)

    async def release(self, reference: ReportReference) -> bool:
        self._check()
        self.references.pop(reference.report_id, None)
        if any(one.content_id == reference.content_id for one in self.references.values()):
            return False
        self.kept.pop(reference.content_id, None)
        return True

    def _check(self) -> None:
        if self.down:
            raise DependencyUnavailableError("MongoDB is down.")

    def _public(self, found: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if found is None else {**found, "timestamp": rfc3339(found["timestamp"])}


class FakeMaker:
    """Makes a report after a signal."""

    steps = 2

    def __init__(self, clock: FrozenClock, first: int = 1) -> None:
        self.made = 0
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.error: Exception | None = None
        self.before_the_end: Callable[[], None] = lambda: None
        self._clock = clock
        self._first = first

    async def build(self, _request: ReportRequest, advance: Advance) -> Report:
        self.made += 1
        self.begun.set()
        advance(ProgressEvent("data", 1, 2))
        await self.go_on.wait()
        if self.error is not None:
            raise self.error
        advance(ProgressEvent("narrative", 2, 2))
        self.before_the_end()
        return make_report(self._first + self.made - 1, self._clock())


class FakeRenderer(Renderer):
    """Renders the requested format, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def drawings(self, stored: bytes) -> bytes:
        assert stored
        self.asked.append("drawings")
        return b'{"price": "<svg/>"}'

    async def images(self, drawings: bytes) -> bytes:
        self.asked.append("images")
        return drawings

    async def render(self, stored: bytes, form: WrittenForm, drawings: bytes = b"{}") -> bytes:
        self.asked.append(form)
        return f"{form} {len(stored)} {drawings.decode()}".encode()

    async def chart_width(self, stored: bytes) -> int:
        assert stored
        self.asked.append("chart width")
        return 80

    async def pdf(self, stored: bytes, drawings: bytes, chart_width: int) -> bytes:
        self.asked.append("pdf")
        return f"pdf {len(stored)} {chart_width} {drawings.decode()}".encode()


class Worker:
    """What one worker has of the reports."""

    def __init__(self, redis: EmbeddedRedis, reports: FakeReports, clock: FrozenClock, first: int) -> None:
        self.clock = clock
        self.maker = FakeMaker(clock, first)
        self.renderer = FakeRenderer()
        self.leases = make_leases(redis)
        self.cache = RedisCache(self.leases, cache_settings(), clock)
        self.recommendations = FakeRecommendations()
        self.archive = ReportArchive(
            cast(Any, reports),
            cast(Any, self.recommendations),
            self.cache,
            self.renderer,
            fresh_seconds=FRESH_SECONDS,
            clock=clock,
        )
        self.erasures = FakeErasures()
        self.owned = OwnedReports(
            cast(Any, reports),
            cast(Any, self.erasures),
            self.archive,
            self.cache,
            fresh_seconds=FRESH_SECONDS,
            local_ttl=0.0,
            clock=clock,
        )
        self.transport = StreamTransport.over(RedisStreams(self.leases.guard, KEYS))
        self.streams = ReportStreams(self.owned, self.transport, self.cache)
        self.service = ReportService(
            self.maker,
            self.archive,
            self.leases,
            keys=KEYS,
            fresh_seconds=FRESH_SECONDS,
            clock=clock,
            publisher=self.streams,
        )


@asynccontextmanager
async def working(
    server: FakeServer, reports: FakeReports, clock: FrozenClock, first: int = 1
) -> AsyncIterator[Worker]:
    """A worker at the given Redis and collection; its reports are numbered from ``first``."""
    async with EmbeddedRedis(server) as redis:
        worker = Worker(redis, reports, clock, first)
        yield worker
        await worker.service.aclose()
        await worker.streams.aclose()
        await worker.transport.aclose()
        await worker.archive.aclose()
        await worker.cache.aclose()
