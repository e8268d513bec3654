"""The models behind the schemas of ``docs/openapi.yaml``, by the name of the schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from functions.chat import ChatBody, ChatStreamBody, Question, QuestionText
from functions.companies import FilingsQuery, StatementsQuery
from functions.conversations import ConversationList, DeletionBody, TitleBody
from functions.exchange_rates import RateQuery
from functions.histories import HistoriesQuery
from functions.quotes import (
    ActionsQuery,
    FundamentalsQuery,
    HistoryQuery,
    NewsQuery,
    QuotesQuery,
    TechnicalsQuery,
)
from functions.reports import NewReport, ReportList, ReportQuery, TrackRecordQuery
from functions.symbol_catalogue import SearchQuery, TrackingBody
from shared.app.health_service import CheckResult, HealthStatus, LivenessJson, Readiness
from shared.app.public_config import ModelOverview, PublicConfig
from shared.chat.chat_frames import (
    ChatAnswer,
    ChatFrame,
    ChunkFrame,
    DoneFrame,
    FigureFrame,
    MetaFrame,
    SourcesFrame,
    StreamId,
    ToolFrame,
    UsageJson,
)
from shared.config.names import ModelProviderName
from shared.data.documents import ReportPreferences
from shared.domain.company import (
    Conversion,
    Earnings,
    EarningsEstimate,
    Filing,
    Filings,
    Holders,
    Insider,
    Institution,
    Issuer,
    NextEarnings,
    Peer,
    Peers,
    Predecessor,
    Profile,
    ReportedEarnings,
    SecurityKind,
)
from shared.domain.currency_rates import ExchangeRate
from shared.domain.facts import SourceJson
from shared.domain.market_data import (
    Actions,
    Adjustment,
    Article,
    AssetType,
    Candle,
    Currency,
    Dividend,
    Fundamentals,
    History,
    Moment,
    News,
    Provenance,
    Quote,
    Remark,
    Split,
    SymbolInfo,
)
from shared.domain.statements import (
    ConvertedFrom,
    OriginalValue,
    StatementLine,
    StatementPeriod,
    Statements,
)
from shared.domain.stream_events import ErrorFrame
from shared.domain.subscriptions import Alert, BriefingSchedule
from shared.domain.technicals import Signal, Technicals, TechnicalSeries
from shared.domain.terms import Interval, Period, Symbol
from shared.domain.track_record import TrackRecordRow
from shared.errors import ErrorCode
from shared.figures.verdicts.figures_json import (
    FactFigureJson,
    FiguresJson,
    MarkJson,
    MisattributedJson,
    OwnerJson,
    UnsupportedJson,
)
from shared.http.preferences_body import AlertBody, PreferencesBody, WebhookBody
from shared.http.response_bodies import (
    ConversationEntryJson,
    ConversationJson,
    ConversationMessage,
    ConversationPageJson,
    DeletedConversations,
    FieldErrorJson,
    HistoryList,
    PreferencesJson,
    ProblemJson,
    QuoteList,
    ReportPageJson,
    ReportSummary,
    SymbolList,
    TrackRecordRows,
    UserDataJson,
    WebhookJson,
)
from shared.llm.base_model_client import ProviderStatus
from shared.market.answers import SymbolErrorJson
from shared.refresh.watchlist import WatchlistRemark
from shared.reports.chart_data import Chart, ChartSeries
from shared.reports.language.language_catalogue import Language
from shared.reports.report import (
    AnalysisSection,
    CheckedFact,
    CheckedFigure,
    FigureOwner,
    FiguresInProse,
    MisattributedFigure,
    PriceRange,
    RatingComponent,
    Recommendation,
    Report,
    ReportArticle,
    ReportId,
    ReportMetadata,
    ReportSource,
    ReportTable,
    SectionFigure,
    StatementYear,
    TableRow,
    UnsupportedFigure,
)
from shared.reports.report_frames import CachedReport, ProgressFrame, ProseFrame, ReportDoneFrame, ReportFrame
from shared.reports.request import ReportType, TimeHorizon
from shared.reports.selection import ALWAYS
from shared.reports.valuation.model import Assumption, Method, Scenario, SensitivityCell, Valuation

TYPES: Mapping[str, Any] = {
    "Adjustment": Adjustment,
    "AssetType": AssetType,
    "Currency": Currency,
    "ErrorCode": ErrorCode,
    "HealthStatus": HealthStatus,
    "Interval": Interval,
    "Message": QuestionText,
    "ModelProvider": ModelProviderName,
    "Moment": Moment,
    "Period": Period,
    "ReportId": ReportId,
    "ReportLanguage": Language,
    "ReportType": ReportType,
    "SecurityKind": SecurityKind,
    "StreamId": StreamId,
    "Symbol": Symbol,
    "TimeHorizon": TimeHorizon,
}
"""Texts that several schemas have in common."""

RESPONSES: Mapping[str, Any] = {
    "Actions": Actions,
    "Alert": Alert,
    "AnalysisSection": AnalysisSection,
    "Article": Article,
    "Assumption": Assumption,
    "CachedReport": CachedReport,
    "BriefingSchedule": BriefingSchedule,
    "Candle": Candle,
    "Chart": Chart,
    "ChartSeries": ChartSeries,
    "ChatAnswer": ChatAnswer,
    "ChatFrame": ChatFrame,
    "CheckedFact": FactFigureJson,
    "CheckResult": CheckResult,
    "ChunkFrame": ChunkFrame,
    "CompanyFilings": Filings,
    "CompanyPeers": Peers,
    "Conversation": ConversationJson,
    "ConversationEntry": ConversationEntryJson,
    "ConversationList": ConversationPageJson,
    "ConversationMessage": ConversationMessage,
    "Conversion": Conversion,
    "ConvertedFrom": ConvertedFrom,
    "DeletedConversations": DeletedConversations,
    "Dividend": Dividend,
    "DoneFrame": DoneFrame,
    "Earnings": Earnings,
    "EarningsEstimate": EarningsEstimate,
    "ErrorFrame": ErrorFrame,
    "ExchangeRate": ExchangeRate,
    "FieldError": FieldErrorJson,
    "FigureFrame": FigureFrame,
    "FigureMark": MarkJson,
    "FigureOwner": OwnerJson,
    "Figures": FiguresJson,
    "Filing": Filing,
    "Fundamentals": Fundamentals,
    "History": History,
    "HistoryList": HistoryList,
    "Holders": Holders,
    "Insider": Insider,
    "Institution": Institution,
    "Issuer": Issuer,
    "Liveness": LivenessJson,
    "MetaFrame": MetaFrame,
    "MisattributedFigure": MisattributedJson,
    "Models": ModelOverview,
    "News": News,
    "NextEarnings": NextEarnings,
    "OriginalValue": OriginalValue,
    "PartialReport": Report,
    "Peer": Peer,
    "Predecessor": Predecessor,
    "Preferences": PreferencesJson,
    "PriceRange": PriceRange,
    "Problem": ProblemJson,
    "Profile": Profile,
    "ProgressFrame": ProgressFrame,
    "ProseFrame": ProseFrame,
    "Provenance": Provenance,
    "ProviderStatus": ProviderStatus,
    "PublicConfig": PublicConfig,
    "Quote": Quote,
    "QuoteError": SymbolErrorJson,
    "QuoteList": QuoteList,
    "RatingComponent": RatingComponent,
    "Readiness": Readiness,
    "Recommendation": Recommendation,
    "Remark": Remark,
    "Report": Report,
    "ReportArticle": ReportArticle,
    "ReportDoneFrame": ReportDoneFrame,
    "ReportedEarnings": ReportedEarnings,
    "ReportFrame": ReportFrame,
    "ReportMetadata": ReportMetadata,
    "ReportPage": ReportPageJson,
    "ReportPreferences": ReportPreferences,
    "ReportSummary": ReportSummary,
    "ReportTable": ReportTable,
    "Scenario": Scenario,
    "SectionFigure": SectionFigure,
    "SensitivityCell": SensitivityCell,
    "Signal": Signal,
    "Source": SourceJson,
    "SourcesFrame": SourcesFrame,
    "Split": Split,
    "StatementLine": StatementLine,
    "StatementPeriod": StatementPeriod,
    "Statements": Statements,
    "StatementYear": StatementYear,
    "SymbolInfo": SymbolInfo,
    "SymbolList": SymbolList,
    "TableRow": TableRow,
    "Technicals": Technicals,
    "TechnicalSeries": TechnicalSeries,
    "ToolFrame": ToolFrame,
    "TrackRecordRow": TrackRecordRow,
    "TrackRecordRows": TrackRecordRows,
    "UnsupportedFigure": UnsupportedJson,
    "Usage": UsageJson,
    "UserData": UserDataJson,
    "Valuation": Valuation,
    "ValuationMethod": Method,
    "WatchlistRemark": WatchlistRemark,
    "Webhook": WebhookJson,
}
"""What the service sends."""

IN_REPORTS: Mapping[str, type[BaseModel]] = {
    "CheckedFact": CheckedFact,
    "FigureMark": CheckedFigure,
    "FigureOwner": FigureOwner,
    "Figures": FiguresInProse,
    "MisattributedFigure": MisattributedFigure,
    "Source": ReportSource,
    "UnsupportedFigure": UnsupportedFigure,
}
"""Parts of reports that chats have, too: the schemas are those of chats, which allow as much or more."""

SELECTIONS: Mapping[str, Sequence[str]] = {"PartialReport": ALWAYS}
"""Fields that are always present in a selection of the fields of a model."""

REQUESTS: Mapping[str, type[BaseModel]] = {
    "ChatStreamRequest": ChatStreamBody,
    "ChatRequest": ChatBody,
    "ConversationDeletion": DeletionBody,
    "ConversationTitle": TitleBody,
    "NewAlert": AlertBody,
    "NewBriefingSchedule": BriefingSchedule,
    "NewPreferences": PreferencesBody,
    "NewReportPreferences": ReportPreferences,
    "NewWebhook": WebhookBody,
    "ReportRequest": NewReport,
    "Tracking": TrackingBody,
}
"""What clients send as a body."""

QUERIES: Mapping[str, type[BaseModel]] = {
    "chat_stream_get": Question,
    "exchange_rate": RateQuery,
    "get_report": ReportQuery,
    "list_conversations": ConversationList,
    "list_reports": ReportList,
    "aggregate_track_record": TrackRecordQuery,
    "quote_actions": ActionsQuery,
    "quote_filings": FilingsQuery,
    "quote_fundamentals": FundamentalsQuery,
    "histories": HistoriesQuery,
    "quote_history": HistoryQuery,
    "quote_news": NewsQuery,
    "quote_statements": StatementsQuery,
    "quote_technicals": TechnicalsQuery,
    "quotes": QuotesQuery,
    "search_symbols": SearchQuery,
}
BODIES: Mapping[str, type[BaseModel]] = {
    "chat": ChatBody,
    "chat_stream": ChatStreamBody,
    "delete_conversations": DeletionBody,
    "rename_conversation": TitleBody,
    "create_report": NewReport,
    "put_preferences": PreferencesBody,
    "track_symbol": TrackingBody,
}
