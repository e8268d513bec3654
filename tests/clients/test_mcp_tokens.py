"""Tokens of the MCP server's answers, counted by the tokenizer of GPT models.

It needs ``npm ci`` in this folder, as the generated clients do.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp import Client

from shared.mcp.shortening import ANSWER_TOKENS, DETAILED_TOKENS
from shared.mcp.tokens import estimated_tokens
from tests.api.test_mcp import CALLS
from tests.support.host import running_host

FOLDER = Path(__file__).parent
NODE = FOLDER / "node_modules/node/bin/node"
SCHEMA_TOKENS = 3000

if not (FOLDER / "node_modules/js-tiktoken").is_dir():
    pytest.skip("js-tiktoken is not installed (npm ci --prefix tests/clients)", allow_module_level=True)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_host(tmp_path_factory.mktemp("tokens")) as base_url:
        yield f"{base_url}/api/mcp"


def counts(texts: list[str]) -> list[int]:
    """The tokens of each text."""
    ended = subprocess.run(
        [str(NODE) if NODE.exists() else "node", "count_tokens.mjs"],
        input=json.dumps(texts),
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    counted: list[int] = json.loads(ended.stdout)
    return counted


async def test_schemas_of_all_tools_are_short(address: str) -> None:
    async with Client(address) as client:
        tools = (await client.list_tools()).tools
    described = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]
    # With spaces, as many clients write JSON: a fifth more than without.
    [tokens] = counts([json.dumps(described)])
    assert tokens <= SCHEMA_TOKENS


async def test_answers_are_short_and_the_estimate_is_no_lower(address: str) -> None:
    answers: list[str] = []
    async with Client(address) as client:
        for name, arguments in CALLS:
            result = (await client.call_tool(name, arguments)).model_dump(
                mode="json", by_alias=True, exclude_none=True
            )
            answers.append(json.dumps(result, ensure_ascii=False))
    for (name, arguments), tokens, answer in zip(CALLS, counts(answers), answers, strict=True):
        assert tokens <= (DETAILED_TOKENS if "detail" in arguments else ANSWER_TOKENS), name
        assert tokens <= estimated_tokens(json.loads(answer)), name
