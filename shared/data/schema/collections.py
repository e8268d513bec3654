"""Every collection of the service."""

from shared.data.retention import DEFAULT_RETENTION, Retention
from shared.data.schema.declaration import Collection
from shared.data.schema.market_collections import (
    HISTORY_SPANS,
    SYMBOLS,
    company_data,
    fundamentals,
    market_data,
    news,
    statements,
)
from shared.data.schema.report_collections import REPORTS, recommendations
from shared.data.schema.service_collections import BUDGETS, JOB_RUNS, SCHEMA_MIGRATIONS
from shared.data.schema.user_collections import ERASURES, PREFERENCES, conversations, deliveries


def all_collections(retention: Retention = DEFAULT_RETENTION) -> tuple[Collection, ...]:
    """Returns every collection, with the configured retention."""
    return (
        SCHEMA_MIGRATIONS,
        market_data(retention.candles),
        HISTORY_SPANS,
        SYMBOLS,
        fundamentals(retention.fundamentals),
        statements(retention.statements),
        company_data(retention.fundamentals),
        REPORTS,
        recommendations(retention.recommendations),
        news(retention.news),
        PREFERENCES,
        conversations(retention.conversations),
        deliveries(retention.deliveries),
        JOB_RUNS,
        ERASURES,
        BUDGETS,
    )
