"""Whole streams as OpenAI, Azure and xAI send them, with our own small texts."""

from typing import Final

from tests.support.dialects.full_chunks import (
    BOTH_CALLS,
    INTERRUPTED,
    PRICE_TEXT,
    QUOTE_CALL,
    full_call,
    full_chunk,
    last_usage,
    text_chunks,
)
from tests.support.dialects.parts import NEWS, QUOTE, USAGE, Dialect, sse

_PROMPT_FILTER: Final = {
    "choices": [],
    "created": 0,
    "id": "",
    "model": "",
    "object": "",
    "prompt_filter_results": [
        {
            "prompt_index": 0,
            "content_filter_results": {
                "hate": {"filtered": False, "severity": "safe"},
                "jailbreak": {"filtered": False, "detected": False},
            },
        }
    ],
}
"""Azure's first chunk."""
_DETAILS: Final = {
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0},
}

OPENAI_FORMS: Final = (
    Dialect(
        "OpenAI: obfuscation and log probabilities",
        sse(
            full_chunk(
                {"role": "assistant", "content": "", "refusal": None},
                choice={"logprobs": None},
                service_tier="default",
                system_fingerprint="fp_1",
                usage=None,
                obfuscation="aB3",
            ),
            full_chunk(
                {"content": "Apple is"},
                choice={
                    "logprobs": {
                        "content": [{"token": "Apple", "logprob": -0.1, "bytes": [65], "top_logprobs": []}],
                        "refusal": None,
                    }
                },
                usage=None,
                obfuscation="x",
            ),
            full_chunk({"content": " at $250."}, choice={"logprobs": None}, usage=None, obfuscation="yz"),
            full_chunk({}, "stop", usage=None, obfuscation=""),
            last_usage(**_DETAILS),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "OpenAI: a refusal in pieces",
        sse(
            full_chunk({"role": "assistant", "content": None, "refusal": ""}),
            *(full_chunk({"refusal": text}) for text in ("I'm sorry,", " I can't", " help.")),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        "I'm sorry, I can't help.",
    ),
    Dialect(
        "OpenAI: citations of a search",
        sse(
            full_chunk({"role": "assistant", "content": ""}),
            *text_chunks("Apple is", " at $250."),
            full_chunk(
                {
                    "annotations": [
                        {
                            "type": "url_citation",
                            "url_citation": {
                                "end_index": 17,
                                "start_index": 0,
                                "title": "A page",
                                "url": "https://example.com",
                            },
                        }
                    ]
                }
            ),
            full_chunk({}, "stop"),
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "OpenAI: parallel calls",
        sse(
            full_chunk(
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [full_call(0, "get_quote", "", "call_a")],
                    "refusal": None,
                }
            ),
            *(
                full_chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
                for piece in ('{"symbol"', ': "AAPL"}')
            ),
            full_chunk({"tool_calls": [full_call(1, "get_news", "", "call_b")]}),
            *(
                full_chunk({"tool_calls": [{"index": 1, "function": {"arguments": piece}}]})
                for piece in (NEWS[:9], NEWS[9:])
            ),
            full_chunk({}, "tool_calls"),
            last_usage(),
        ),
        calls=BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "OpenAI: all tokens for reasoning",
        sse(
            full_chunk({"role": "assistant", "content": "", "refusal": None}),
            full_chunk({}, "length"),
            last_usage(completion_tokens_details={"reasoning_tokens": 3}),
        ),
        reason="length",
    ),
    Dialect(
        "OpenAI: the server had an error",
        sse(
            *text_chunks("Apple"),
            {
                "error": {
                    "message": "The server had an error while processing your request. Sorry about that!",
                    "type": "server_error",
                    "param": None,
                    "code": None,
                }
            },
            done=False,
        ),
        "Apple",
        error=INTERRUPTED,
        says="server_error",
    ),
    Dialect(
        "Azure: filters and an empty first model",
        sse(
            _PROMPT_FILTER,
            full_chunk(
                {"role": "assistant", "content": "", "refusal": None}, choice={"content_filter_results": {}}
            ),
            full_chunk(
                {"content": PRICE_TEXT},
                choice={
                    "content_filter_results": {
                        "hate": {"filtered": False, "severity": "safe"},
                        "protected_material_text": {"filtered": False, "detected": False},
                    }
                },
            ),
            full_chunk({}, "stop", choice={"content_filter_results": {}}),
            last_usage(**_DETAILS),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Azure: the filter stops the answer",
        sse(
            _PROMPT_FILTER,
            full_chunk({"content": "Apple"}, choice={"content_filter_results": {}}),
            full_chunk(
                {},
                "content_filter",
                choice={"content_filter_results": {"violence": {"filtered": True, "severity": "medium"}}},
            ),
        ),
        "Apple",
        reason="content_filter",
        usage=None,
    ),
    Dialect(
        "Azure AI Foundry: an empty thought",
        sse(
            *text_chunks("<think>", "\n\n", "</think>", "\n\n", PRICE_TEXT),
            full_chunk({"content": None}, "stop"),
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "xAI: reasoning, citations and usage beside the choice",
        sse(
            full_chunk({"role": "assistant", "reasoning_content": "Thinking... "}),
            full_chunk({"role": "assistant", "reasoning_content": "Hm."}),
            full_chunk({"role": "assistant", "content": "Apple is at"}),
            full_chunk({"role": "assistant", "content": " $250."}),
            full_chunk({}, "stop", citations=["https://example.com"], usage={**USAGE, "num_sources_used": 1}),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "xAI: a call in one chunk",
        sse(
            full_chunk(
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [full_call(0, "get_quote", QUOTE, "call_81")],
                }
            ),
            full_chunk({}, "tool_calls"),
            {
                "id": "x1",
                "object": "chat.completion.chunk",
                "model": "m-1",
                "choices": [],
                "usage": USAGE,
                "system_fingerprint": "fp_2",
            },
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
)
