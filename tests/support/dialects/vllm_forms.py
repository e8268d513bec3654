"""Whole streams as Ollama and vLLM send them, with our own small texts."""

from typing import Final

from tests.support.dialects.full_chunks import (
    BOTH_CALLS,
    INTERRUPTED,
    PRICE_TEXT,
    QUOTE_CALL,
    UNAVAILABLE,
    full_call,
    full_chunk,
    last_usage,
    text_chunks,
)
from tests.support.dialects.parts import NEWS, QUOTE, USAGE, Dialect, sse

OLLAMA_FORMS: Final = (
    Dialect(
        "Ollama: reasoning and role with every chunk",
        sse(
            *(
                full_chunk(
                    {"role": "assistant", "content": "", "reasoning": text}, system_fingerprint="fp_ollama"
                )
                for text in ("Hm", ".")
            ),
            *(
                full_chunk({"role": "assistant", "content": text}, system_fingerprint="fp_ollama")
                for text in ("Apple is at", " $250.")
            ),
            full_chunk({"role": "assistant", "content": ""}, "stop", system_fingerprint="fp_ollama"),
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "Ollama: two calls at index 0 and stop",
        sse(
            full_chunk(
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [full_call(0, "get_quote", QUOTE, "call_a")],
                }
            ),
            full_chunk(
                {"role": "assistant", "content": "", "tool_calls": [full_call(0, "get_news", NEWS, "call_b")]}
            ),
            full_chunk({"role": "assistant", "content": ""}, "stop"),
            last_usage(),
        ),
        calls=BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "Ollama: an older version, call in the text",
        sse(
            *(
                full_chunk({"role": "assistant", "content": text}, "")
                for text in (
                    "<tool_call>",
                    "\n",
                    '{"name": "get_quote", "arguments": ',
                    QUOTE,
                    "}",
                    "\n",
                    "</tool_call>",
                )
            ),
            full_chunk({"role": "assistant", "content": ""}, "stop"),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Ollama: the runner died",
        sse(
            *text_chunks("Apple"),
            {
                "error": {
                    "message": "llama runner process no longer running",
                    "type": "api_error",
                    "param": None,
                    "code": None,
                }
            },
            done=False,
        ),
        "Apple",
        error=INTERRUPTED,
        says="llama runner process",
    ),
    Dialect(
        "vLLM: nulls in all fields",
        sse(
            full_chunk(
                {"role": "assistant", "content": ""}, choice={"logprobs": None}, prompt_token_ids=None
            ),
            *(
                full_chunk(
                    {"content": text, "reasoning_content": None}, choice={"logprobs": None, "token_ids": None}
                )
                for text in ("Apple is at", " $250.")
            ),
            full_chunk(
                {"content": "", "reasoning_content": None},
                "stop",
                choice={"logprobs": None, "stop_reason": None, "token_ids": None},
            ),
            last_usage(prompt_tokens_details=None),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "vLLM: usage with every chunk",
        sse(
            *(
                full_chunk(
                    {"content": text},
                    usage={"prompt_tokens": 11, "total_tokens": 11 + count, "completion_tokens": count},
                )
                for count, text in ((1, "Apple is"), (2, " at $250."))
            ),
            full_chunk({"content": ""}, "stop", usage=USAGE),
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "vLLM: reasoning in its newer field, then a call",
        sse(
            full_chunk({"role": "assistant", "content": "", "reasoning": None}),
            full_chunk({"reasoning": "Hm."}),
            full_chunk(
                {
                    "tool_calls": [
                        {
                            "id": "chatcmpl-tool-1",
                            "type": "function",
                            "index": 0,
                            "function": {"name": "get_quote"},
                        }
                    ]
                }
            ),
            *(
                full_chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
                for piece in ('{"symbol": "', "AAPL", '"}')
            ),
            full_chunk({"content": ""}, "tool_calls", choice={"stop_reason": 151645}),
            last_usage(),
        ),
        calls=QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "vLLM: an error in the stream",
        sse(
            {
                "error": {
                    "message": "EngineCore encountered an issue. See stack trace for the root cause.",
                    "type": "InternalServerError",
                    "param": None,
                    "code": 500,
                }
            }
        ),
        error=UNAVAILABLE,
        says="InternalServerError",
    ),
    Dialect(
        "vLLM: too long, in the stream",
        sse(
            {
                "error": {
                    "message": "This model's maximum context length is 4096 tokens. You have 5000 input "
                    "tokens..",
                    "type": "BadRequestError",
                    "param": None,
                    "code": 400,
                }
            }
        ),
        error="ProviderContextTooLongError",
    ),
    Dialect(
        "vLLM: an aborted request",
        sse(*text_chunks("Apple"), full_chunk({"content": ""}, "abort", choice={"stop_reason": None})),
        "Apple",
        error=INTERRUPTED,
        says="abort",
    ),
)
