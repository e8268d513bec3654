"""Prose that is sent while a model writes it."""

import json

from shared.reports.prose_stream import ProseStream
from shared.reports.report_events import ProseEvent

SUMMARY = "Apple earns more than its peers, and its price has risen less than the index. " * 3
PRICE = "The price is “near” the upper end of its range 😀.\nIt rose over three months. " * 4
ANSWER = {
    "summary": SUMMARY,
    "sections": [
        {"title": "Kurs", "content": PRICE, "risk_factors": ["It may fall."]},
        {"title": "Unknown", "content": "No section of the report.", "risk_factors": []},
    ],
}


def streamed(output: str, piece: int) -> list[ProseEvent]:
    events: list[ProseEvent] = []
    stream = ProseStream({"Kurs": "price"}, events.append)
    stream.begin({"method": "By rule."})
    for at in range(0, len(output), piece):
        stream.feed(output[at : at + piece])
    stream.finish()
    return events


def texts(events: list[ProseEvent]) -> dict[str | None, str]:
    joined: dict[str | None, str] = {}
    for event in events:
        joined[event.section] = joined.get(event.section, "") + event.text
    return joined


def test_pieces_add_up_to_the_prose_whatever_their_length() -> None:
    for output in (json.dumps(ANSWER), json.dumps(ANSWER, ensure_ascii=False, indent=1)):
        for piece in (1, 3, 50, len(output)):
            assert texts(streamed(output, piece)) == {"method": "By rule.", None: SUMMARY, "price": PRICE}


def test_prose_is_sent_before_it_is_complete() -> None:
    events = streamed(json.dumps(ANSWER)[:150], 5)
    sent = texts(events)[None]
    assert len(sent) > 100
    assert SUMMARY.startswith(sent)


def test_text_around_the_json_is_not_prose() -> None:
    assert texts(streamed(f"```json\n{json.dumps(ANSWER)}\n```", 7))["price"] == PRICE
    assert texts(streamed("Here is your report: " * 20, 7)) == {"method": "By rule."}
    assert texts(streamed(json.dumps([1, 2] * 100), 7)) == {"method": "By rule."}
    assert texts(streamed(json.dumps({"summary": 5, "sections": "none" * 30}), 7)) == {"method": "By rule."}


def test_number_of_events_is_bounded() -> None:
    endless = '{"summary": "' + "word " * 50_000
    events = streamed(endless, 4)
    assert len(events) < 1000
    assert sum(len(event.text) for event in events) <= 60_000


def test_new_attempt_begins_with_the_first_letter() -> None:
    events: list[ProseEvent] = []
    stream = ProseStream({}, events.append)
    for summary in ("First. " * 20, "Second. " * 20):
        stream.begin({})
        stream.feed(json.dumps({"summary": summary}))
    assert [(event.attempt, event.text) for event in events] == [(1, "First. " * 20), (2, "Second. " * 20)]


def test_frame_names_section_and_attempt() -> None:
    assert ProseEvent(2, None, "Up.").payload() == {
        "event": "prose",
        "attempt": 2,
        "section": None,
        "text": "Up.",
    }
