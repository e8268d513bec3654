"""A chain of tools over HTTP: the result of the calculator is a source, supports its figure, is stored."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.support.host import running_host
from tests.support.openai_stub import Behaviour, openai_stub

HEADERS = {"x-functions-key": "calculated", "X-User-ID": "ann"}


def call(name: str, **arguments: Any) -> Behaviour:
    return Behaviour(tool_calls=({"name": name, "arguments": json.dumps(arguments)},))


async def test_calculated_figure_is_supported_by_its_calculation(tmp_path: Path) -> None:
    operands = [{"fact": 1, "figure": "price"}, {"fact": "[1]", "figure": "previous_close"}]
    async with openai_stub() as stub:
        environ = {"OPENAI_API_KEY": "sk-test-0123456789", "OPENAI_BASE_URL": stub.base_url}
        with running_host(tmp_path, {**environ, "MODEL_ALLOW_FALLBACK": "false"}) as base_url:
            async with httpx.AsyncClient(base_url=f"{base_url}/api", timeout=60, headers=HEADERS) as client:
                quote = (await client.get("/quotes/AAPL")).json()
                total = round(quote["price"] + quote["previous_close"], 2)
                text = f"苹果 😀: the sum of Apple's price and its previous close is ${total}."
                stub.script(
                    call("get_price_on", symbol="$AAPL", day="2199-01-01"),
                    call("calculate", operation="sum", operands=json.dumps(operands)),
                    Behaviour(text=text),
                )
                answer = (await client.post("/chat", json={"message": "How is Apple?"})).json()
                told = [
                    message["content"]
                    for message in stub.calls[-1].body["messages"]
                    if message["role"] == "tool"
                ]
                stored = (await client.get(f"/conversations/{answer['conversation_id']}")).json()
    assert told[0].startswith("2199-01-01 is in the future")
    (source,) = [source for source in answer["sources"] if source["kind"] == "calculation"]
    (mark,) = answer["figures"]["marks"]
    assert (mark["verdict"], mark["fact_id"]) == ("supported", source["id"])
    units = answer["response"].encode("utf-16-le")
    assert units[2 * mark["start"] : 2 * mark["end"]].decode("utf-16-le") == mark["text"] == f"${total}"
    assert stored["messages"][-1]["figures"] == answer["figures"]
