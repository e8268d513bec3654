"""Answers that real servers gave in 2025 and 2026, sent again to the client by a local server.

The expectations were taken from the files by hand: how the text begins and ends, its length, the tool calls
and the tokens. Of xAI the tokens of reasoning stand beside the completion; here they are added to it.
"""

import json
from typing import Any, Final, NamedTuple

import pytest
from pydantic import SecretStr

from shared.errors import ProviderError, provider_errors
from shared.llm.base_model_client import GenerationRequest, Message, ToolDefinition
from shared.llm.openai_model_client import OpenAIModelClient
from tests.support.openai_stub import Behaviour, openai_stub
from tests.support.recorded import recorded_folder

FOLDER: Final = recorded_folder("llm_streams")
INDEX: Final[list[dict[str, Any]]] = [
    entry
    for entry in json.loads((FOLDER / "index.json").read_text("utf-8"))
    if entry["protocol"] == "chat completions"
]
TOOLS: Final = ("best_language_to_learn", "weather", "nonUsefulTool")


class Meaning(NamedTuple):
    """What a recorded answer means."""

    begins: str
    ends: str
    length: int
    tokens: tuple[int, int]
    calls: tuple[tuple[str, str], ...] = ()
    model: str = ""


LEARN: Final = (("best_language_to_learn", "{}"),)
GPT_OSS: Final = "gpt-oss:120b"
DEEPSEEK: Final = "deepseek-v4-flash"
HAIKU: Final = "anthropic/claude-4.5-haiku-20251001"
MEANINGS: Final = {
    "azure-content-filter.chunks.txt": Meaning(
        "Capital of", "Denmark.", 19, (15, 78), model="gpt-5-nano-2025-08-07"
    ),
    "azure-gpt-5-nano-text.sse": Meaning(
        "- The question to ask", "it’s part of a paradox.", 838, (50, 4350), model="gpt-5-nano-2025-08-07"
    ),
    "azure-grok-text.sse": Meaning("1, 2,", " 3.", 8, (7, 8), model="grok-4-1-fast-non-reasoning"),
    "cerebras-tools-structured.chunks.txt": Meaning(
        '{"result"', '"2026"}', 18, (433, 122), (("nonUsefulTool", "{}"),) * 2, "zai-glm-4.7"
    ),
    "deepseek-text.sse": Meaning("1, 2,", " 3.", 8, (11, 8), model=DEEPSEEK),
    "deepseek-tools-no-parameters-turn1.sse": Meaning(
        "Let me look", "up for you!", 28, (291, 39), LEARN, DEEPSEEK
    ),
    "deepseek-tools-no-parameters-turn2.sse": Meaning(
        "According to the data I have", "to dive into!", 638, (342, 138), model=DEEPSEEK
    ),
    "deepseek-tools-no-parameters-turn3.sse": Meaning("", "", 0, (496, 31), LEARN, DEEPSEEK),
    "deepseek-tools-no-parameters-turn4.sse": Meaning(
        "Once again", "coding! 😊", 194, (540, 45), model=DEEPSEEK
    ),
    "deepseek-tools-reasoning.chunks.txt": Meaning(
        "", "", 0, (339, 83), (("weather", '{"location": "San Francisco"}'),), "deepseek-reasoner"
    ),
    "groq-tools.chunks.txt": Meaning("", "", 0, (210, 15), (("weather", "{}"),), "llama-3.3-70b-versatile"),
    "llama-box-text-reasoning.sse": Meaning("\n\n1,", "3.", 10, (15, 171), model="qwen3"),
    "mistral-content-parts-thinking.sse": Meaning("144", "144", 3, (31, 66), model="mistral-small-latest"),
    "mistral-text.sse": Meaning("1, 2", ", 3", 7, (22, 8), model="mistral-small-latest"),
    "ollama-cloud-text.sse": Meaning("1  \n2", "\n3", 9, (74, 53), model=GPT_OSS),
    "ollama-cloud-tools-turn1.sse": Meaning(
        "", "", 0, (169, 55), (("weather", '{"latitude":"52.5200","longitude":"13.4050"}'),), GPT_OSS
    ),
    "ollama-cloud-tools-turn2.sse": Meaning(
        "The current weather in Berlin", "km/h**.", 102, (252, 45), model=GPT_OSS
    ),
    "ollama-cloud-tools-turn3.sse": Meaning(
        "", "", 0, (300, 45), (("weather", '{"latitude":"48.8575","longitude":"2.3514"}'),), GPT_OSS
    ),
    "ollama-cloud-tools-turn4.sse": Meaning(
        "The current weather in Paris", "km/h**.", 100, (380, 45), model=GPT_OSS
    ),
    "ollama-text.sse": Meaning("1  \n2", "\n3", 9, (17, 289), model="qwen3"),
    "ollama-tools-no-parameters-turn1.sse": Meaning("", "", 0, (139, 192), LEARN, "qwen3"),
    "ollama-tools-no-parameters-turn2.sse": Meaning(
        "Based on the tool", "purpose! 🌟", 845, (344, 449), model="qwen3"
    ),
    "ollama-tools-no-parameters-turn3.sse": Meaning(
        "Based on the tool", "recommendation! 😊", 276, (371, 258), model="qwen3"
    ),
    "openai-text-then-tool-turn1.chunks.txt": Meaning(
        "PRE", "_TOOL", 8, (58, 12), (("weather", "{}"),), "gpt-4o-2024-08-06"
    ),
    "openai-text-then-tool-turn2.chunks.txt": Meaning("POST", "_TOOL", 9, (86, 2), model="gpt-4o-2024-08-06"),
    "openrouter-text.sse": Meaning("1\n2", "\n3", 5, (15, 9), model=HAIKU),
    "openrouter-tools-no-parameters-turn1.sse": Meaning("", "", 0, (579, 41), LEARN, HAIKU),
    "openrouter-tools-no-parameters-turn2.sse": Meaning(
        "According to the recommendation", "language to learn!", 642, (633, 143), model=HAIKU
    ),
    "openrouter-tools-no-parameters-turn3.sse": Meaning("", "", 0, (791, 41), LEARN, HAIKU),
    "openrouter-tools-no-parameters-turn4.sse": Meaning(
        "The best language", "add to your skillset.", 329, (845, 68), model=HAIKU
    ),
    "perplexity-text-search.sse": Meaning("1 2", " 3", 5, (8, 5), model="sonar"),
    "xai-text-short.chunks.txt": Meaning("Hello", "Hello", 5, (12, 291), model="grok-3-mini"),
    "xai-tools.chunks.txt": Meaning(
        "", "", 0, (307, 253), (("weather", '{"location":"San Francisco"}'),), "grok-3-mini"
    ),
}
FAILURES: Final = {
    "azure-error-429.json": ("ProviderRateLimitedError", 1.0),
    "deepseek-error-401.json": ("ProviderAuthError", None),
    "mistral-error-401.json": ("ProviderAuthError", None),
    "ollama-cloud-error-401.json": ("ProviderAuthError", None),
    "openai-error-400-parameter.json": ("ProviderRequestError", None),
    "openrouter-error-400-context.json": ("ProviderContextTooLongError", None),
    "perplexity-error-400-context.json": ("ProviderContextTooLongError", None),
}


def behaviour(entry: dict[str, Any]) -> Behaviour:
    """The stub sends the recording; of chunk files the events are made up around the values."""
    body = (FOLDER / entry["file"]).read_bytes()
    if entry["file"].endswith(".chunks.txt"):
        events = [b"data: " + line + b"\n\n" for line in body.splitlines() if line.strip()]
        body = b"".join([*events, b"data: [DONE]\n\n"])
    headers = {name: values[0] for name, values in entry.get("headers", {}).items() if name == "retry-after"}
    return Behaviour(body=body, status=entry["status"], headers=headers)


def test_every_recording_has_an_expectation() -> None:
    assert {entry["file"] for entry in INDEX} >= MEANINGS.keys() | FAILURES.keys()
    assert len(MEANINGS) + len(FAILURES) == 40


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
async def test_a_recorded_answer_is_read_as_it_was_meant(entry: dict[str, Any]) -> None:
    tools = tuple(ToolDefinition(name, "A tool", {"type": "object"}) for name in TOOLS)
    request = GenerationRequest((Message("user", "Hello"),), temperature=0.2, max_tokens=50, tools=tools)
    async with openai_stub() as stub:
        client = OpenAIModelClient(
            "a-model", api_key=SecretStr("sk-1"), base_url=stub.base_url, max_retries=0
        )
        # A rejected parameter is omitted step by step: the server goes on rejecting.
        stub.script(*[behaviour(entry)] * 3)
        try:
            if entry["file"] in FAILURES:
                name, retry_after = FAILURES[entry["file"]]
                with pytest.raises(ProviderError) as caught:
                    await client.generate(request)
                assert type(caught.value) is getattr(provider_errors, name)
                assert caught.value.retry_after == retry_after
                return
            completion = await client.generate(request)
        finally:
            await client.aclose()
    meaning = MEANINGS.get(entry["file"])
    if meaning is None:
        # A recording that came later: it has to give an answer at least.
        assert completion.text.strip() or completion.tool_calls
        return
    assert completion.text.startswith(meaning.begins)
    assert completion.text.endswith(meaning.ends)
    assert len(completion.text) == meaning.length
    assert tuple((call.name, call.arguments) for call in completion.tool_calls) == meaning.calls
    assert completion.finish_reason == ("tool_calls" if meaning.calls else "stop")
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == meaning.tokens
    assert completion.model == meaning.model
