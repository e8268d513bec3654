"""What users subscribe to: values that are refused, and in which words."""

from typing import Any

import pytest

from shared.errors.request_errors import InvalidRequestError
from shared.http.parameters import validate
from shared.http.preferences_body import PreferencesBody

ALERT = {"id": "a", "symbol": "AAPL", "kind": "price_above", "value": 5, "webhook_id": "w"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"value": None}, "alerts.0.value must be a number above 0 and at most 1,000,000,000,000."),
        ({"value": True}, "alerts.0.value must be a number above 0 and at most 1,000,000,000,000."),
        ({"kind": "signal", "value": 5}, "alerts.0.value must be one of "),
        (
            {"kind": "rumour", "value": []},
            (
                "alerts.0.kind must be one of price_above, price_below, signal; "
                "alerts.0.value must be a price, or the name of a signal."
            ),
        ),
        ({"id": "a b"}, "alerts.0.id must have 1 to 64 letters, digits, hyphens or underscores."),
    ],
)
def test_invalid_alerts_are_described_without_types_of_the_code(
    changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validate(PreferencesBody, {"alerts": [{**ALERT, **changed}]})
    assert caught.value.detail.startswith(message)


def test_every_invalid_field_of_a_briefing_is_named_in_plain_words() -> None:
    briefing = {"time": "9:00", "time_zone": "Berlin", "calendar": "!", "webhook_id": ""}
    with pytest.raises(InvalidRequestError) as caught:
        validate(PreferencesBody, {"briefing": briefing})
    assert [error.field for error in caught.value.errors] == [f"briefing.{name}" for name in briefing]
    assert caught.value.errors[0].message == "must be a time of day, HH:MM, such as 07:30"
