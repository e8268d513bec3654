"""The ids of conversations, reports and streams."""

import pytest

from shared.domain.item_ids import is_hex_id, read_conversation_id
from tests.support.malformed import UUIDS_IN_OTHER_FORMS

CONVERSATION = "28c35b09-517e-49ba-8082-440fd61a4016"


def test_conversation_is_named_by_a_uuid_in_any_case() -> None:
    assert read_conversation_id(CONVERSATION) == CONVERSATION
    assert read_conversation_id(CONVERSATION.upper()) == CONVERSATION


@pytest.mark.parametrize("text", [*UUIDS_IN_OTHER_FORMS, "", "7", CONVERSATION + "\n"])
def test_other_form_of_a_uuid_names_no_conversation(text: str) -> None:
    assert read_conversation_id(text) is None


def test_report_and_stream_are_named_by_32_lower_case_digits() -> None:
    assert is_hex_id("5b1f0c2d9a7e4c3f8d6b1a0e2c4f6a8b")
    assert not any(map(is_hex_id, ["5B1F0C2D9A7E4C3F8D6B1A0E2C4F6A8B", CONVERSATION, "5b1f", "g" * 32]))
