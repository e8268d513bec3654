"""Answers of unusual models, and of none, over HTTP: figures across chunks, empty answers, tools."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.host import running_host
from tests.support.openai_stub import Behaviour, openai_stub

HEADERS = {"x-functions-key": "answers", "X-User-ID": "ann"}


def chunks(*texts: str) -> bytes:
    """An answer in pieces of one's choosing."""
    sent = [{"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]} for text in texts]
    end: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    lines = [f"data: {json.dumps({'id': '1', 'model': 'm', **one})}\n\n" for one in [*sent, end]]
    return "".join([*lines, "data: [DONE]\n\n"]).encode()


async def frames(client: httpx.AsyncClient, message: str) -> list[dict[str, Any]]:
    """The frames of a streamed answer."""
    async with client.stream("POST", "/chat/stream", json={"message": message}, headers=HEADERS) as response:
        assert response.status_code == 200
        return [json.loads(line[6:]) async for line in response.aiter_lines() if line.startswith("data: {")]


def shown(figures: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(figure["text"], figure["verdict"]) for figure in figures]


async def test_figures_are_found_wherever_the_model_cuts_its_text(tmp_path: Path) -> None:
    async with openai_stub() as stub:
        environ = {"OPENAI_API_KEY": "sk-test-0123456789", "OPENAI_BASE_URL": stub.base_url}
        with running_host(tmp_path, environ) as base_url:
            async with httpx.AsyncClient(base_url=f"{base_url}/api", timeout=60) as client:
                price = (await client.get("/quotes/AAPL", headers=HEADERS)).json()["price"]
                text = (
                    f"😀 Apple trades at ${price}. Its price is ${price + 7:.2f}.\n\n"
                    f"| Metric | Value |\n|---|---|\n| Price | ${price} |\n| P/E | 999.9 |\n"
                )
                expected = [
                    (f"${price}", "supported"),
                    (f"${price + 7:.2f}", "unsupported"),
                    (f"${price}", "supported"),
                    ("999.9", "unsupported"),
                ]
                units = text.encode("utf-16-le")
                for size in (1, 3, 50):
                    pieces = [text[place : place + size] for place in range(0, len(text), size)]
                    stub.script(Behaviour(body=chunks(*pieces)))
                    sent = await frames(client, "How is Apple?")
                    figures = [frame for frame in sent if frame.get("event") == "figure"]
                    assert shown(figures) == expected
                    assert shown(sent[-1]["figures"]["marks"]) == expected
                    for figure in figures:
                        place = units[2 * figure["start"] : 2 * figure["end"]]
                        assert place.decode("utf-16-le") == figure["text"]


@pytest.mark.parametrize(
    "body",
    [
        chunks(),
        chunks(" ", "\n"),
        chunks("\u200b", "\ufeff"),
        chunks("<think>It is $5.</think>"),
        chunks('<tool_call>{"name": "get_weather", "arguments": {}}</tool_call>'),
        b"\x00\xff garbage\n\n",
        b"<html>502 Bad Gateway</html>",
        b"",
    ],
    ids=["nothing", "blank", "invisible", "thoughts", "a written call", "garbage", "html", "closed"],
)
async def test_model_that_says_nothing_is_an_error_and_is_not_stored(tmp_path: Path, body: bytes) -> None:
    async with openai_stub() as stub:
        stub.always = Behaviour(body=body)
        environ = {"OPENAI_API_KEY": "sk-test-0123456789", "OPENAI_BASE_URL": stub.base_url}
        with running_host(tmp_path, {**environ, "MODEL_ALLOW_FALLBACK": "false"}) as base_url:
            async with httpx.AsyncClient(base_url=f"{base_url}/api", timeout=60) as client:
                response = await client.post("/chat", json={"message": "How is Apple?"}, headers=HEADERS)
                assert (response.status_code, response.json()["code"]) == (502, "model_error")
                stored = await client.get("/conversations", headers=HEADERS)
                assert stored.json()["conversations"] == []


async def test_calls_that_a_model_writes_as_text_are_carried_out(tmp_path: Path) -> None:
    call = '{"name": "get_price_on", "arguments": {"symbol": "AAPL", "day": "2026-01-05"}}'
    written = (
        f"<tool_call>\n{call}\n</tool_call><|im_end|>",
        f"[TOOL_CALLS] [{call}]</s>",
        f"<|python_tag|>{call}<|eom_id|>",
        call.replace("arguments", "parameters").replace("get_price_on", "getPriceOn"),
        "<function=get_price_on><parameter=symbol>AAPL</parameter><parameter=day>2026-01-05</parameter></function>",
        f"```json\n{call}\n```",
        'Thought: I need it.\nAction: get_price_on\nAction Input: {"symbol": "AAPL", "day": "2026-01-05"}',
        f"functools[{call}]",
        f"<think>I need it.\n<tool_call>{call}</tool_call>",
    )
    async with openai_stub() as stub:
        environ = {"OPENAI_API_KEY": "sk-test-0123456789", "OPENAI_BASE_URL": stub.base_url}
        with running_host(tmp_path, environ) as base_url:
            async with httpx.AsyncClient(base_url=f"{base_url}/api", timeout=60) as client:
                for text in written:
                    stub.script(Behaviour(body=chunks(*text)), Behaviour(body=chunks("Fine.", "</", "s>")))
                    sent = await frames(client, "How was Apple in January?")
                    tools = [frame for frame in sent if frame.get("event") == "tool"]
                    assert [(tool["name"], tool["status"]) for tool in tools] == [
                        ("get_price_on", "started"),
                        ("get_price_on", "finished"),
                    ]
                    assert tools[-1]["arguments"] == {"symbol": "AAPL", "day": "2026-01-05"}
                    assert "".join(frame.get("chunk", "") for frame in sent) == "Fine."


async def test_without_a_model_plain_questions_are_answered_with_tools(tmp_path: Path) -> None:
    with running_host(tmp_path) as base_url:
        async with httpx.AsyncClient(base_url=f"{base_url}/api", timeout=60) as client:
            watchlist = {"watchlist": ["MSFT", "7203.T"]}
            await client.put("/users/ann/preferences", json=watchlist, headers=HEADERS)
            for question, kind in (
                ("What is on my watchlist?", "watchlist"),
                ("When does Apple report earnings next?", "earnings"),
                ("Zeig mir die Bilanz von Apple", "statements"),
                ("Who owns Microsoft?", "company"),
                ("アップルの競合は？", "peers"),
            ):
                sent = await frames(client, question)
                assert [frame["status"] for frame in sent if frame.get("event") == "tool"] == [
                    "started",
                    "finished",
                ]
                sources = [
                    one for frame in sent if frame.get("event") == "sources" for one in frame["sources"]
                ]
                assert kind in {source["kind"] for source in sources}
                figures = sent[-1]["figures"]
                assert figures["stated"] == figures["supported"] > 0, figures
