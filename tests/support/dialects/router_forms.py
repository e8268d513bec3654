"""Whole streams as routers and gateways send them, with our own small texts."""

from typing import Final

from tests.support.dialects.full_chunks import (
    INTERRUPTED,
    PRICE_TEXT,
    UNAVAILABLE,
    full_chunk,
    last_usage,
    text_chunks,
)
from tests.support.dialects.parts import USAGE, Dialect, json_bytes, sse

ROUTER_FORMS: Final = (
    Dialect(
        "OpenRouter: reasoning details, native reason and cost",
        b": OPENROUTER PROCESSING\n\n"
        + sse(
            full_chunk(
                {
                    "role": "assistant",
                    "content": "",
                    "reasoning": "Hm.",
                    "reasoning_details": [
                        {"type": "reasoning.text", "text": "Hm.", "format": "unknown", "index": 0}
                    ],
                },
                choice={"native_finish_reason": None, "logprobs": None},
                provider="A",
            ),
            full_chunk(
                {
                    "role": "assistant",
                    "content": "",
                    "reasoning": None,
                    "reasoning_details": [
                        {
                            "type": "reasoning.encrypted",
                            "data": "Hm.+/=",
                            "id": "r1",
                            "format": "openai-responses-v1",
                            "index": 1,
                        }
                    ],
                },
                provider="A",
            ),
            *(
                full_chunk({"role": "assistant", "content": text}, provider="A")
                for text in ("Apple is at", " $250.")
            ),
            full_chunk(
                {"role": "assistant", "content": ""},
                "stop",
                choice={"native_finish_reason": "completed"},
                provider="A",
            ),
            full_chunk(
                {"role": "assistant", "content": ""},
                choice={"native_finish_reason": None},
                provider="A",
                usage={
                    **USAGE,
                    "cost": 0.0001,
                    "is_byok": False,
                    "cost_details": {"upstream_inference_cost": None},
                },
            ),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "OpenRouter: rate limit of the provider, in the stream",
        sse(
            full_chunk(
                {"role": "assistant", "content": ""},
                "error",
                choice={"native_finish_reason": "error"},
                provider="A",
                error={
                    "code": 429,
                    "message": "Provider returned error",
                    "metadata": {"raw": "slow down", "provider_name": "A"},
                },
            )
        ),
        error="ProviderRateLimitedError",
    ),
    Dialect(
        "OpenRouter: images and annotations beside the text",
        sse(
            *text_chunks(PRICE_TEXT),
            full_chunk(
                {
                    "role": "assistant",
                    "content": "",
                    "annotations": [{"type": "url_citation", "url_citation": {"url": "https://example.com"}}],
                    "images": [],
                }
            ),
            full_chunk({"role": "assistant", "content": ""}, "stop"),
            last_usage(),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "LiteLLM: provider fields and citations",
        sse(
            full_chunk(
                {
                    "provider_specific_fields": None,
                    "refusal": None,
                    "role": "assistant",
                    "content": "Apple is at",
                    "function_call": None,
                    "tool_calls": None,
                    "audio": None,
                },
                choice={"logprobs": None},
                provider_specific_fields=None,
                stream_options={"include_usage": True},
                citations=None,
            ),
            full_chunk(
                {
                    "provider_specific_fields": None,
                    "content": " $250.",
                    "role": None,
                    "function_call": None,
                    "tool_calls": None,
                    "audio": None,
                },
                choice={"logprobs": None},
            ),
            full_chunk({"provider_specific_fields": None, "content": None}, "stop"),
            last_usage(cache_creation_input_tokens=0, cache_read_input_tokens=0),
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "LiteLLM: an error with a code as text",
        sse(
            *text_chunks("Apple"),
            {
                "error": {
                    "message": "litellm.APIConnectionError: APIConnectionError: connection lost",
                    "type": None,
                    "param": None,
                    "code": "500",
                }
            },
            done=False,
        ),
        "Apple",
        error=INTERRUPTED,
        says="stopped in the middle",
    ),
    Dialect(
        "LiteLLM: a rate limit with a code as text",
        sse(
            {
                "error": {
                    "message": "litellm.RateLimitError: RateLimitError: too many",
                    "type": "throttling_error",
                    "param": None,
                    "code": "429",
                }
            },
            done=False,
        ),
        error="ProviderRateLimitedError",
    ),
    Dialect(
        "LiteLLM: too long",
        sse(
            {
                "error": {
                    "message": "litellm.ContextWindowExceededError: prompt is too long: 210000 "
                    "tokens > 200000 maximum",
                    "type": None,
                    "param": None,
                    "code": "400",
                }
            },
            done=False,
        ),
        error="ProviderContextTooLongError",
    ),
    Dialect(
        "LiteLLM: a filtered prompt",
        sse(
            {
                "error": {
                    "message": "litellm.BadRequestError: litellm.ContentPolicyViolationError: refused",
                    "type": "invalid_request_error",
                    "param": None,
                    "code": "400",
                }
            },
            done=False,
        ),
        error="ProviderContentFilteredError",
    ),
    Dialect(
        "Portkey: results of hooks between the chunks",
        b"event: hook_results\ndata: "
        + json_bytes({"hook_results": {"before_request_hooks": []}})
        + b"\n\n"
        + sse(*text_chunks(PRICE_TEXT), full_chunk({}, "stop"), last_usage()),
        PRICE_TEXT,
    ),
    Dialect(
        "a gateway's pings as events",
        b'event: ping\ndata: {"type": "ping"}\n\nevent: ping\ndata: {}\n\ndata: ping\n\n'
        + sse(*text_chunks(PRICE_TEXT), full_chunk({}, "stop"), last_usage()),
        PRICE_TEXT,
    ),
    Dialect(
        "a gateway that writes the field twice",
        b"".join(
            b"data: data: " + json_bytes(value) + b"\n\n"
            for value in (*text_chunks("Apple is at", " $250."), full_chunk({}, "stop"), last_usage())
        )
        + b"data: data: [DONE]\n\n",
        PRICE_TEXT,
    ),
    Dialect(
        "a gateway that writes JSON in JSON",
        sse(
            *(
                json_bytes(value).decode()
                for value in (*text_chunks("Apple is at", " $250."), full_chunk({}, "stop"), last_usage())
            )
        ),
        PRICE_TEXT,
    ),
    Dialect(
        "a gateway's message alone",
        json_bytes({"message": "Endpoint request timed out"}),
        error=UNAVAILABLE,
        says="Endpoint request timed out",
    ),
    Dialect(
        "a gateway's status and message",
        sse({"status": "error", "message": "upstream is not available"}, done=False),
        error=UNAVAILABLE,
        says="upstream is not available",
    ),
)
