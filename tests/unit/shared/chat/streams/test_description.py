"""What Redis holds about the stream of an answer."""

import pytest

from shared.chat.streams.description import StreamDescription
from shared.domain.caller import Owner
from shared.errors.request_errors import NotFoundError
from tests.support.stock_data import NOW
from tests.support.stream_parts import CONVERSATION


def test_description_is_read_as_it_was_stored() -> None:
    description = StreamDescription(Owner("alice"), CONVERSATION, "Wie steht Größe & Co.? 株", "r1", NOW)
    assert StreamDescription.decode(description.encoded()) == description


def test_stream_of_a_report_is_none_of_an_answer() -> None:
    with pytest.raises(NotFoundError):
        StreamDescription.decode(b'{"report":{"symbol":"AAPL","variant":"","request_id":"r1"}}')
