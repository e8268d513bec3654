"""The models behind the schemas of ``docs/openapi.yaml``, by the name of the schema."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from functions.chat import ChatBody, ChatStreamBody, Question, QuestionText
from functions.companies import FilingsQuery, StatementsQuery
from functions.conversations import ConversationList, DeletionBody, TitleBody
from functions.exchange_rates import RateQuery
from functions.histories import HistoriesQuery
from functions.preferences import PreferencesBody
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
from shared.app.health_service import CheckResult, HealthStatus, Readiness
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
from shared.domain.technicals import Signal, Technicals, TechnicalSeries
from shared.domain.terms import Interval, Period, Symbol
from shared.domain.track_record import TrackRecordRow
from shared.llm.base_model_client import ProviderStatus
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
from shared.reports.request import ReportType, TimeHorizon
from shared.reports.valuation.model import Assumption, Method, Scenario, SensitivityCell, Valuation

TYPES: Mapping[str, Any] = {
    "Adjustment": Adjustment,
    "AssetType": AssetType,
    "Currency": Currency,
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
    "Symbol": Symbol,
    "TimeHorizon": TimeHorizon,
}
"""Texts that several schemas have in common."""

RESPONSES: Mapping[str, Any] = {
    "Actions": Actions,
    "AnalysisSection": AnalysisSection,
    "Article": Article,
    "Assumption": Assumption,
    "Candle": Candle,
    "Chart": Chart,
    "ChartSeries": ChartSeries,
    "CheckResult": CheckResult,
    "CheckedFact": CheckedFact,
    "CompanyFilings": Filings,
    "CompanyPeers": Peers,
    "ConvertedFrom": ConvertedFrom,
    "Dividend": Dividend,
    "Earnings": Earnings,
    "EarningsEstimate": EarningsEstimate,
    "ExchangeRate": ExchangeRate,
    "FigureOwner": FigureOwner,
    "Figures": FiguresInProse,
    "Filing": Filing,
    "Fundamentals": Fundamentals,
    "History": History,
    "Holders": Holders,
    "Insider": Insider,
    "Institution": Institution,
    "Issuer": Issuer,
    "MisattributedFigure": MisattributedFigure,
    "News": News,
    "NextEarnings": NextEarnings,
    "OriginalValue": OriginalValue,
    "Peer": Peer,
    "Conversion": Conversion,
    "Predecessor": Predecessor,
    "PriceRange": PriceRange,
    "Profile": Profile,
    "Provenance": Provenance,
    "ProviderStatus": ProviderStatus,
    "Quote": Quote,
    "RatingComponent": RatingComponent,
    "Readiness": Readiness,
    "Recommendation": Recommendation,
    "Remark": Remark,
    "Report": Report,
    "ReportArticle": ReportArticle,
    "ReportMetadata": ReportMetadata,
    "ReportPreferences": ReportPreferences,
    "ReportTable": ReportTable,
    "TrackRecordRow": TrackRecordRow,
    "ReportedEarnings": ReportedEarnings,
    "Scenario": Scenario,
    "SectionFigure": SectionFigure,
    "SensitivityCell": SensitivityCell,
    "Signal": Signal,
    "Split": Split,
    "StatementLine": StatementLine,
    "StatementPeriod": StatementPeriod,
    "StatementYear": StatementYear,
    "Statements": Statements,
    "SymbolInfo": SymbolInfo,
    "TechnicalSeries": TechnicalSeries,
    "TableRow": TableRow,
    "Technicals": Technicals,
    "UnsupportedFigure": UnsupportedFigure,
    "Valuation": Valuation,
    "ValuationMethod": Method,
    "WatchlistRemark": WatchlistRemark,
}
"""What the service sends."""

SHARED: Mapping[str, Any] = {"FigureMark": CheckedFigure, "Source": ReportSource}
"""What the service sends in reports and, in a wider form, in chats: the schemas are written by hand."""

REQUESTS: Mapping[str, type[BaseModel]] = {
    "ChatStreamRequest": ChatStreamBody,
    "ChatRequest": ChatBody,
    "ConversationDeletion": DeletionBody,
    "ConversationTitle": TitleBody,
    "NewPreferences": PreferencesBody,
    "NewReportPreferences": ReportPreferences,
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
