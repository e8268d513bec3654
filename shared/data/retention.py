"""How long each kind of stored data is kept, in days."""

from dataclasses import dataclass

from shared.config.settings import Settings


@dataclass(frozen=True)
class Retention:
    """Days for which data are kept. Reads omit older data; TTL indexes free their space later.

    Attributes:
        candles: After the session of the candle.
        fundamentals: After the snapshot.
        statements: After the last refresh of the company's statements.
        news: After an article was last listed by a source.
        recommendations: After the report.
        conversations: After the last turn.
        deliveries: After the event.
    """

    candles: int = 24_000
    fundamentals: int = 730
    statements: int = 730
    news: int = 90
    recommendations: int = 1_825
    conversations: int = 30
    deliveries: int = 30

    @classmethod
    def of(cls, settings: Settings) -> "Retention":
        """Returns the configured retention."""
        days = settings.retention
        return cls(
            days.candles_days,
            days.fundamentals_days,
            days.statements_days,
            days.news_days,
            days.recommendations_days,
            settings.conversation.ttl_days,
            days.deliveries_days,
        )


DEFAULT_RETENTION = Retention()
"""The retention of the base configuration."""
