"""The repositories, one per collection. Every query of the service is in one of them."""

from dataclasses import dataclass, field

from shared.data.mongo import Mongo
from shared.data.repositories.budgets_repository import BudgetRepository
from shared.data.repositories.candles_repository import CandleRepository
from shared.data.repositories.company_repository import CompanyRepository
from shared.data.repositories.conversations_repository import ConversationRepository
from shared.data.repositories.delivery_repository import DeliveryRepository
from shared.data.repositories.erasures_repository import ErasureRepository
from shared.data.repositories.fundamentals_repository import FundamentalsRepository
from shared.data.repositories.job_runs_repository import JobRunRepository
from shared.data.repositories.migrations_repository import MigrationRepository
from shared.data.repositories.news_repository import NewsRepository
from shared.data.repositories.preferences_repository import PreferenceRepository
from shared.data.repositories.recommendations_repository import RecommendationRepository
from shared.data.repositories.reports_repository import ReportPage, ReportRepository
from shared.data.repositories.spans_repository import SpanRepository
from shared.data.repositories.statements_repository import StatementRepository
from shared.data.repositories.subscribers_repository import SubscriberRepository
from shared.data.repositories.symbols_repository import SymbolRepository
from shared.data.retention import DEFAULT_RETENTION, Retention
from shared.runtime.clock import Clock

__all__ = ["ReportPage", "Repositories"]


@dataclass(frozen=True)
class Repositories:
    """All repositories of one database."""

    mongo: Mongo
    clock: Clock
    retention: Retention = DEFAULT_RETENTION
    market_data: CandleRepository = field(init=False)
    spans: SpanRepository = field(init=False)
    statements: StatementRepository = field(init=False)
    companies: CompanyRepository = field(init=False)
    symbols: SymbolRepository = field(init=False)
    fundamentals: FundamentalsRepository = field(init=False)
    reports: ReportRepository = field(init=False)
    news: NewsRepository = field(init=False)
    preferences: PreferenceRepository = field(init=False)
    conversations: ConversationRepository = field(init=False)
    migrations: MigrationRepository = field(init=False)
    job_runs: JobRunRepository = field(init=False)
    erasures: ErasureRepository = field(init=False)
    recommendations: RecommendationRepository = field(init=False)
    budgets: BudgetRepository = field(init=False)
    deliveries: DeliveryRepository = field(init=False)
    subscribers: SubscriberRepository = field(init=False)

    def __post_init__(self) -> None:
        """Constructs the repositories without accessing the database."""
        classes = {
            "market_data": CandleRepository,
            "spans": SpanRepository,
            "statements": StatementRepository,
            "companies": CompanyRepository,
            "symbols": SymbolRepository,
            "fundamentals": FundamentalsRepository,
            "reports": ReportRepository,
            "news": NewsRepository,
            "preferences": PreferenceRepository,
            "conversations": ConversationRepository,
            "migrations": MigrationRepository,
            "job_runs": JobRunRepository,
            "erasures": ErasureRepository,
            "recommendations": RecommendationRepository,
            "budgets": BudgetRepository,
            "deliveries": DeliveryRepository,
            "subscribers": SubscriberRepository,
        }
        for name, repository in classes.items():
            object.__setattr__(self, name, repository(self.mongo, self.clock, self.retention))
