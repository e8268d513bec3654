"""Services that answer: chat, reports, and the streams of both."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.app.research_services import ResearchServices

if TYPE_CHECKING:
    from shared.chat.owned_conversations import Conversations
    from shared.chat.stock_agent import StockAgent
    from shared.chat.streams.recovery import StreamRecovery
    from shared.chat.streams.stream_service import ChatStreams
    from shared.redis.streams import RedisStreams
    from shared.reports.archive import ReportArchive
    from shared.reports.background import BackgroundReports
    from shared.reports.owned_reports import OwnedReports
    from shared.reports.report_streams import ReportStreams
    from shared.reports.service import ReportService
    from shared.streams.stream_transport import StreamTransport


class AnswerServices(ResearchServices):
    """Chat and reports, from asking a model to what their owners read later."""

    @cached_property
    def redis_streams(self) -> "RedisStreams":
        """The streams of answers and reports in Redis."""
        from shared.redis.streams import RedisStreams

        return RedisStreams(self.redis_guard, self.redis_keys)

    @cached_property
    def stream_transport(self) -> "StreamTransport":
        """The exchange of this worker's streams with Redis."""
        from shared.streams.stream_transport import StreamTransport

        return StreamTransport.over(self.redis_streams)

    @cached_property
    def stream_recovery(self) -> "StreamRecovery":
        """The recovery of streams whose worker was killed."""
        from shared.chat.streams.recovery import StreamRecovery

        return StreamRecovery(self.redis_streams, self.repositories.conversations)

    @cached_property
    def conversations(self) -> "Conversations":
        """The conversations of their owners."""
        from shared.chat.owned_conversations import Conversations

        return Conversations(self.repositories.conversations, self.redis_streams, self.clock)

    @cached_property
    def agent(self) -> "StockAgent":
        """The chat agent."""
        from shared.chat.stock_agent import StockAgent

        return StockAgent(
            self.market_data,
            self.models,
            self.repositories,
            self.settings,
            self.clock,
            self.stream_recovery,
        )

    @cached_property
    def chat_streams(self) -> "ChatStreams":
        """The streams of answers."""
        from shared.chat.streams.stream_service import ChatStreams

        return ChatStreams(
            self.agent,
            self.stream_transport,
            self.stream_recovery,
            self.repositories.conversations,
            self.settings,
            self.clock,
        )

    @cached_property
    def report_archive(self) -> "ReportArchive":
        """The stored research reports."""
        from shared.reports.archive import ReportArchive
        from shared.reports.rendering.renderer import Renderer

        return ReportArchive(
            self.repositories.reports,
            self.repositories.recommendations,
            self.cache,
            Renderer(),
            fresh_seconds=self.settings.cache.ttl.reports,
            clock=self.clock,
        )

    @cached_property
    def owned_reports(self) -> "OwnedReports":
        """The reports of each owner."""
        from shared.reports.owned_reports import OwnedReports

        return OwnedReports(
            self.repositories.reports,
            self.repositories.erasures,
            self.report_archive,
            self.cache,
            fresh_seconds=self.settings.cache.ttl.reports,
            local_ttl=self.settings.cache.local_ttl,
            clock=self.clock,
        )

    @cached_property
    def report_streams(self) -> "ReportStreams":
        """The streams of reports that are being generated."""
        from shared.reports.report_streams import ReportStreams

        return ReportStreams(self.owned_reports, self.stream_transport, self.cache)

    @cached_property
    def reports(self) -> "ReportService":
        """The generation of research reports."""
        from shared.reports.builder import ReportBuilder
        from shared.reports.service import ReportService

        return ReportService(
            ReportBuilder(self.market_data, self.models, self.settings, self.clock, self.track_record),
            self.report_archive,
            self.leases,
            keys=self.redis_keys,
            fresh_seconds=self.settings.cache.ttl.reports,
            clock=self.clock,
            publisher=self.report_streams,
        )

    @cached_property
    def background_reports(self) -> "BackgroundReports":
        """The reports that are generated without a waiting client."""
        from shared.reports.background import BackgroundReports

        return BackgroundReports(self.reports, self.owned_reports, self.cache, self.clock)
