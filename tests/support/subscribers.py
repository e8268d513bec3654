"""A user with a webhook, a briefing and an alert."""

from datetime import UTC, date, datetime

from pydantic import SecretStr

from shared.data.documents import Preferences
from shared.domain.delivery import Webhook
from shared.domain.subscriptions import Alert, AlertState, BriefingSchedule

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = Webhook("phone", "https://example.com/hook", SecretStr(SECRET))
ALERT = Alert(id="high", symbol="AAPL", kind="price_above", value=250, webhook_id="phone")
BRIEFING = BriefingSchedule(time="08:00", time_zone="Europe/Berlin", calendar="XETR", webhook_id="phone")
SUBSCRIBED = Preferences(webhooks=(HOOK,), briefing=BRIEFING, alerts=(ALERT,))
SEEN = datetime(2026, 11, 24, 15, tzinfo=UTC)
ARMED = AlertState(armed=True, since=date(2026, 11, 24), seen_at=SEEN)
