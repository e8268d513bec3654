"""The chat in a browser."""

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import PHONE, Console, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

QUESTION = "How is Apple doing?"
CONVERSATION = "5f2c1c2e-0000-4000-8000-00000000c0de"


def ask(console: Console, text: str = QUESTION) -> None:
    console.page.get_by_role("textbox", name="Question").fill(text)
    console.page.keyboard.press("Enter")


def finished(console: Console) -> None:
    console.page.locator(".answer:not(.running) .figures-summary").last.wait_for()


def test_figures_are_marked_with_their_facts(console: Console) -> None:
    console.open("#/chat")
    ask(console)
    finished(console)
    figure = console.page.locator(".figure.supported").first
    figure.hover()
    tip = console.page.get_by_role("tooltip")
    price = re.compile(r"Supported\s+AAPL · Price\s+[\d,.]+ USD")
    expect(tip).to_contain_text(price, use_inner_text=True)
    console.page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    figure.focus()
    expect(tip).to_be_visible()
    console.page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    console.wait_for_text(".figures-summary", re.compile(r"\d+ of \d+ figures supported"))
    sources = console.page.get_by_role("complementary", name="Sources")
    expect(sources).to_contain_text("Quote AAPL")


def test_marks_stand_where_the_figures_are(console: Console) -> None:
    console.open("#/chat")
    ask(console)
    finished(console)
    figures = console.page.locator("[role=button].figure")
    figures.first.wait_for()
    for text in figures.all_inner_texts():
        assert re.search(r"\d", text)
        assert not text.startswith(" ")


def test_conversation_is_listed_read_renamed_and_deleted(console: Console) -> None:
    console.open("#/chat")
    ask(console)
    finished(console)
    console.page.wait_for_url(re.compile(r"#/chat/[0-9a-f-]{36}$"))
    console.page.reload()
    finished(console)
    expect(console.page.locator(".question")).to_have_text(QUESTION)
    console.page.locator("[role=button].figure.supported").nth(5).wait_for()
    conversations = console.page.locator("#panel-conversations")
    conversations.get_by_role("button", name="Rename").click()
    conversations.get_by_role("textbox", name="New title").fill("Apple in November")
    console.page.keyboard.press("Enter")
    conversations.get_by_role("link", name="Apple in November").wait_for()
    conversations.get_by_role("button", name="Delete").click()
    conversations.get_by_role("button", name="Delete?").click()
    conversations.get_by_text("No conversations yet").wait_for()


def test_follow_up_goes_to_the_same_conversation(console: Console) -> None:
    console.open("#/chat")
    ask(console)
    finished(console)
    address = console.page.url
    with console.page.expect_request("**/api/chat/stream") as sent:
        ask(console, "And Microsoft?")
    body: Any = sent.value.post_data_json
    assert body["conversation_id"] == address.rpartition("/")[2]
    console.page.locator(".answer:not(.running)").nth(1).wait_for()
    assert console.page.url == address


def test_draft_survives_a_reload(console: Console) -> None:
    console.open("#/chat")
    console.page.get_by_role("textbox", name="Question").fill("half a ques")
    console.page.reload()
    expect(console.page.get_by_role("textbox", name="Question")).to_have_value("half a ques")


FRAMES = (
    'id: s.1.0\ndata: {"event":"meta","provider":"openai","model":"m","conversation_id":'
    '"28c35b09-517e-49ba-8082-440fd61a4016","request_id":"r1","symbols":[],"stream_id":"s","resumable":true}\n\n'
    'id: s.2.0\ndata: {"event":"tool","name":"get_history","status":"started","arguments":{"symbol":"AAPL"},'
    '"duration_ms":null}\n\n'
    'id: s.3.0\ndata: {"chunk":"Apple rose to **236.53 USD** [1]"}\n\n'
)
REST = (
    'id: s.4.0\ndata: {"event":"tool","name":"get_history","status":"finished","arguments":{"symbol":"AAPL"},'
    '"duration_ms":12}\n\n'
    'id: s.5.0\ndata: {"chunk":" and fell to 1.5%."}\n\n'
    'id: s.6.0\ndata: {"event":"figure","text":"1.5%","verdict":"unsupported","fact_id":null,"fact":null,'
    '"start":45,"end":49}\n\n'
    'id: s.7.0\ndata: {"event":"done","provider":"openai","model":"m","fallback":false,'
    '"fallback_reason":null,"finish_reason":"stop","usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2},"figures":'
    '{"stated":2,"supported":0,'
    '"unsupported":[{"text":"1.5%","sentence":"","start":45,"end":49}],'
    '"misattributed":[{"text":"236.53 USD","sentence":"","start":16,"end":26,"belongs_to":{"fact_id":1,'
    '"symbol":"MSFT","metric":"price","period":null}}],'
    '"marks":[{"text":"236.53 USD","verdict":"misattributed",'
    '"fact_id":1,"fact":{"label":"price","value":236.53,"unit":"USD","symbol":"MSFT","period":null,'
    '"as_of":null},"start":16,"end":26},{"text":"1.5%","verdict":"unsupported","fact_id":null,"fact":null,'
    '"start":45,"end":49}]},"timestamp":"2026-11-24T09:15:14Z","disclaimer":"For information only."}\n\n'
    "data: [DONE]\n\n"
)


UNAVAILABLE = (
    'id: s.3.0\ndata: {"event":"error","error":"Redis is unavailable.","code":"dependency_unavailable",'
    '"retryable":true}\n\nid: s.3.0\ndata: [DONE]\n\n'
)


def lose_connection(console: Console, end: str = "") -> list[str | None]:
    """Answers the question with half a stream, and its continuation on request; the ids it was asked from."""
    asked: list[str | None] = []

    def resume(route: "Route") -> None:
        asked.append(route.request.headers.get("last-event-id"))
        route.fulfill(body=REST, content_type="text/event-stream")

    console.page.route(
        "**/api/chat/stream", lambda route: route.fulfill(body=FRAMES + end, content_type="text/event-stream")
    )
    console.page.route("**/api/chat/streams/s", resume)
    return asked


@pytest.mark.parametrize("end", ["", UNAVAILABLE], ids=["cut", "error of the connection"])
def test_lost_connection_is_resumed_where_it_broke(console: Console, end: str) -> None:
    asked = lose_connection(console, end)
    console.open("#/chat")
    ask(console)
    finished(console)
    assert asked == ["s.3.0"]
    answer = console.page.locator(".answer-text")
    expect(answer).to_contain_text("Apple rose to 236.53 USD", use_inner_text=True)
    expect(answer).to_contain_text("and fell to 1.5%", use_inner_text=True)


def test_verdicts_differ_in_more_than_colour(console: Console) -> None:
    lose_connection(console)
    console.open("#/chat")
    ask(console)
    finished(console)
    console.page.get_by_role("button", name="1.5% (unsupported)").wait_for()
    console.page.get_by_role("strong").get_by_role("button", name="236.53 USD (misattributed)").wait_for()
    figures = console.page.locator("[role=button].figure")
    styles = "all => new Set(all.map(one => getComputedStyle(one).borderBottomStyle)).size"
    console.wait_until(lambda: figures.evaluate_all(styles), lambda count: count == 2)
    console.page.locator(".tools-used li.finished").wait_for()


def test_stop_ends_the_answer_at_the_service(console: Console) -> None:
    stopped: list[str] = []

    def streams(route: "Route") -> None:
        if route.request.method == "DELETE":
            stopped.append(route.request.url)
            route.fulfill(status=202)
        # A resumption stays unanswered: the answer is still being written.

    console.page.route(
        "**/api/chat/stream", lambda route: route.fulfill(body=FRAMES, content_type="text/event-stream")
    )
    console.page.route("**/api/chat/streams/s", streams)
    console.open("#/chat")
    ask(console)
    console.page.get_by_text("Reconnecting").wait_for()
    console.page.get_by_role("button", name="Stop").click()
    console.page.get_by_text("Stopped. The text so far is kept.").wait_for()
    console.await_requests()
    assert len(stopped) == 1
    console.page.get_by_role("button", name="Send", disabled=False).wait_for()


def test_reload_resumes_the_running_answer(console: Console) -> None:
    console.page.route(
        "**/api/chat/stream", lambda route: route.fulfill(body=FRAMES, content_type="text/event-stream")
    )
    # The resumption is not answered before the reload.
    held: list[Route] = []
    console.page.route("**/api/chat/streams/s", lambda route: held.append(route))
    console.page.route(
        "**/api/conversations/28c35b09-517e-49ba-8082-440fd61a4016",
        lambda route: route.fulfill(json={"messages": []}),
    )
    console.open("#/chat")
    ask(console)
    console.wait_for_text(".answer-text", "Apple rose")
    console.wait_until(lambda: len(held), lambda requests: requests == 1)
    console.page.unroute("**/api/chat/streams/s")
    console.page.route(
        "**/api/chat/streams/s",
        lambda route: route.fulfill(body=FRAMES + REST, content_type="text/event-stream"),
    )
    console.page.reload()
    finished(console)
    expect(console.page.locator(".question")).to_have_text(QUESTION)
    console.wait_for_text(".answer-text", "and fell to 1.5%")


def leave_in_the_middle(console: Console, stream_id: str, conversation_id: str) -> None:
    """Makes the tab remember an answer as one that was arriving when its page was left."""
    stored = {"streamId": stream_id, "conversationId": conversation_id, "question": QUESTION}
    console.page.evaluate("text => sessionStorage.setItem('console.stream', text)", json.dumps(stored))
    console.open(f"#/chat/{conversation_id}")


def test_answer_that_ended_meanwhile_is_shown_once(console: Console) -> None:
    console.open("#/chat")
    bodies: list[str] = []

    def read_body(route: "Route") -> None:
        # The browser itself need not keep the body of a stream that the page has read.
        response = route.fetch()
        bodies.append(response.text())
        route.fulfill(response=response)

    console.page.route("**/api/chat/stream", read_body)
    ask(console)
    finished(console)
    found = re.search(r'"stream_id":"(\w+)"', bodies[0])
    assert found
    leave_in_the_middle(console, found[1], console.page.url.rpartition("/")[2])
    finished(console)
    # Its stream has been read once more, to its end.
    console.wait_for_text("#announcer", "Answer complete")
    expect(console.page.locator(".question")).to_have_count(1)
    expect(console.page.locator(".answer")).to_have_count(1)
    expect(console.page.locator(".answer .problem")).to_have_count(0)


def test_first_answer_goes_on_after_a_reload_without_a_problem(console: Console) -> None:
    console.open("#/chat")
    frames = (
        {"event": "meta", "conversation_id": CONVERSATION, "stream_id": "s", "resumable": True},
        {"chunk": "Apple rose."},
    )
    body = "".join(f"id: s.{n}\ndata: {json.dumps(frame)}\n\n" for n, frame in enumerate(frames))
    body += "id: s.end\ndata: [DONE]\n\n"
    console.page.route(
        "**/api/chat/streams/s", lambda route: route.fulfill(content_type="text/event-stream", body=body)
    )
    # The conversation is stored when its first answer ends: it is not known to the service.
    leave_in_the_middle(console, "s", CONVERSATION)
    console.page.locator(".answer:not(.running)").get_by_text("Apple rose.").wait_for()
    expect(console.page.locator(".question")).to_have_text([QUESTION])
    expect(console.page.locator(".answer")).to_have_count(1)
    expect(console.page.locator(".problem")).to_have_count(0)


def test_tip_stays_while_the_pointer_is_on_it(console: Console) -> None:
    console.open("#/chat")
    ask(console)
    finished(console)
    console.page.locator(".figure.supported").first.hover()
    tip = console.page.get_by_role("tooltip")
    console.page.clock.install()
    tip.hover()
    console.page.clock.run_for(2_000)
    expect(tip).to_be_visible()
    console.page.keyboard.press("Escape")
    expect(tip).to_have_count(0)


def test_fact_of_a_figure_is_shown_by_a_tap(browser: "Browser", host: str) -> None:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True)
    console = Console(context.new_page(), host)
    console.open("#/chat")
    ask(console)
    finished(console)
    console.page.locator(".figure.supported").first.tap()
    tip = console.page.get_by_role("tooltip")
    expect(tip).to_contain_text(re.compile(r"Supported\s+AAPL"), use_inner_text=True)
    console.wait_for_box(tip, lambda box: 0 <= box["x"] <= PHONE[0] - box["width"])
    console.page.get_by_role("textbox", name="Question").tap()
    expect(tip).to_have_count(0)
    assert console.complaints == []
    context.close()


def test_older_conversations_are_listed_on_request(console: Console) -> None:
    def entry(number: int) -> dict[str, str]:
        times = dict.fromkeys(("created_at", "updated_at"), "2026-11-24T09:15:14Z")
        return {"conversation_id": f"c{number}", "title": f"Question {number}", **times}

    def answer(route: "Route") -> None:
        older = "cursor=more" in route.request.url
        entries = [entry(number) for number in (range(20, 25) if older else range(20))]
        route.fulfill(json={"conversations": entries, "next_cursor": None if older else "more"})

    console.page.route(re.compile(r"/api/conversations(\?.*)?$"), answer)
    console.open("#/chat")
    conversations = console.page.locator("#panel-conversations")
    conversations.get_by_role("button", name="Older conversations").click()
    conversations.get_by_role("link", name="Question 24").wait_for()
    expect(conversations.get_by_role("listitem")).to_have_count(25)
    expect(conversations.get_by_role("button", name="Older conversations")).to_have_count(0)


def test_interrupted_answer_is_not_announced_as_complete(console: Console) -> None:
    frames = (
        'data: {"event":"meta","provider":"p","model":"m","conversation_id":"c","resumable":false}',
        'data: {"chunk":"Apple"}',
        'data: {"event":"error","error":"The model stopped.","code":"model_interrupted","retryable":true}',
        "data: [DONE]",
    )
    body = "".join(f"{frame}\n\n" for frame in frames)
    console.page.route(
        "**/api/chat/stream", lambda route: route.fulfill(content_type="text/event-stream", body=body)
    )
    console.open("#/chat")
    ask(console)
    console.page.locator(".answer .problem").get_by_text("The model stopped.").wait_for()
    console.wait_for_text("#announcer", "interrupted")


def test_problem_below_a_long_answer_is_in_view(console: Console) -> None:
    console.open("#/chat")
    ask(console)
    finished(console)
    problem = {
        "type": "urn:problem:invalid_request",
        "title": "Invalid request",
        "status": 400,
        "detail": "message must have a visible character.",
        "code": "invalid_request",
        "request_id": "r1",
    }
    body = json.dumps(problem)
    console.page.route(
        "**/api/chat/stream",
        lambda route: route.fulfill(status=400, content_type="application/problem+json", body=body),
    )
    ask(console, "Why?")
    shown = console.page.locator(".answer .problem")
    shown.wait_for()
    expect(shown.get_by_text("Copy")).to_be_in_viewport(ratio=1)
