"""Reasoning, ends of answers, and errors within a stream."""

from typing import Final

from tests.support.dialects.parts import HELLO, QUOTE, TEXT, Dialect, chunk, end, json_bytes, part, sse, words

REASONING: Final = (
    *(
        Dialect(
            f"reasoning in {name}, {type(value).__name__}",
            sse(chunk({name: value, "content": None}), *HELLO, *end()),
            TEXT,
        )
        for name, value in (
            ("reasoning_content", "Hm."),
            ("reasoning", "Hm."),
            ("reasoning", {"text": "Hm."}),
            ("reasoning_details", [{"type": "reasoning.text", "text": "Hm."}]),
        )
    ),
    Dialect("think block", sse(*words("<think>Hm.</think>\n\nYes"), *end()), "Yes"),
    Dialect(
        "think block in pieces", sse(*words("<", "thi", "nk>H", "m.</th", "ink", ">", "Yes"), *end()), "Yes"
    ),
    Dialect(
        "several think blocks",
        sse(*words("<think>a</think>Yes<thinking>b</thinking>, no"), *end()),
        "Yes, no",
    ),
    Dialect("think block of Seed", sse(*words("<seed:think>a</seed:", "think>Yes"), *end()), "Yes"),
    Dialect("capitals and spaces in the tag", sse(*words("< THINK >a</ Think >Yes"), *end()), "Yes"),
    Dialect("a closing tag alone", sse(*words("Yes</think>."), *end()), "Yes."),
    Dialect(
        "a block that the prompt opens",
        sse(*words("Hm. ", "Hm.</th", "ink>\n\n", "Yes"), *end()),
        "Yes",
        model="deepseek-r1:8b",
    ),
    Dialect(
        "a block that the prompt may open, and reasoning elsewhere",
        sse(chunk({"reasoning_content": "Hm."}), *words("Yes", "."), *end()),
        "Yes.",
        model="deepseek-r1:8b",
    ),
    Dialect(
        "a block that the prompt may open, and none", sse(*words("Yes."), *end()), "Yes.", model="qwq-32b"
    ),
    Dialect("comparisons are no tags", sse(*words("a <", " b, c <", "d> e <t"), *end()), "a < b, c <d> e <t"),
    Dialect(
        "typed parts",
        sse(
            chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]}),
            chunk({"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": "Yes"}]}),
            chunk(
                {
                    "content": [
                        {"type": "reference", "reference_ids": [1]},
                        {"type": "output_text", "text": "."},
                    ]
                }
            ),
            *end(),
        ),
        "Yes.",
    ),
    Dialect("a part and no list", sse(chunk({"content": {"type": "text", "text": "Yes"}}), *end()), "Yes"),
    Dialect("texts in a list", sse(chunk({"content": ["Y", "es"]}), *end()), "Yes"),
    Dialect("white space before the answer", sse(*words("\n", "\n", "Yes"), *end()), "\n\nYes"),
)

ENDS: Final = (
    Dialect("a finish reason and no [DONE]", sse(*HELLO, *end(), done=False), TEXT),
    Dialect("[DONE] and no finish reason", sse(*HELLO), TEXT, usage=None),
    Dialect(
        "[DONE] after tool calls",
        sse(chunk({"tool_calls": [part(0, "a", "get_quote", QUOTE)]})),
        calls=(("get_quote", QUOTE),),
        reason="tool_calls",
        usage=None,
    ),
    Dialect(
        "neither",
        sse(*HELLO, done=False),
        TEXT,
        error="ProviderInterruptedError",
        says="stopped in the middle",
    ),
    Dialect(
        "neither, and no text", sse(chunk({"role": "assistant"}), done=False), error="ProviderBadPayloadError"
    ),
    Dialect("nothing", b"", error="ProviderBadPayloadError", says="ended without an answer"),
    Dialect("[DONE] alone", sse(), error="ProviderBadPayloadError", says="ended without an answer"),
    Dialect(
        "cut within an event",
        sse(*HELLO, done=False) + b'data: {"choi',
        TEXT,
        error="ProviderInterruptedError",
        says="stopped in the middle",
    ),
    Dialect("an unknown finish reason", sse(*HELLO, *end("eos_token")), TEXT),
    *(
        Dialect(f"finish reason {reason}", sse(*HELLO, *end(reason)), TEXT, reason=meaning)
        for reason, meaning in (
            ("STOP", "stop"),
            ("MAX_TOKENS", "length"),
            ("model_length", "length"),
            ("SAFETY", "content_filter"),
            ("content_filter: PROHIBITED_CONTENT", "content_filter"),
        )
    ),
    Dialect(
        "a malformed call of Gemini",
        sse(*end("function_call_filter: MALFORMED_FUNCTION_CALL")),
        error="ProviderUnavailableError",
        says="function_call_filter",
    ),
    Dialect("the token limit", sse(*HELLO, *end("length")), TEXT, reason="length"),
    Dialect(
        "reasoning until the limit", sse(chunk({"reasoning_content": "Hm."}), *end("length")), reason="length"
    ),
    Dialect("filtered in the middle", sse(*HELLO, *end("content_filter")), TEXT, reason="content_filter"),
    Dialect(
        "a broken chunk",
        sse(*HELLO, b'data: {"choices": [{"delta"'),
        TEXT,
        error="ProviderInterruptedError",
        says="malformed chunk",
    ),
    Dialect("a failed finish reason", sse(*HELLO, *end("error")), TEXT, error="ProviderInterruptedError"),
    Dialect(
        "a failed finish reason of DeepSeek",
        sse(*end("insufficient_system_resource")),
        error="ProviderUnavailableError",
        says="insufficient_system_resource",
    ),
    Dialect("an error after the end", sse(*HELLO, *end(), {"error": {"message": "late"}}), TEXT),
)

_OVERLOADED: Final = {"message": "The server is overloaded", "code": "server_error"}
_TOO_LONG: Final = "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."
ERRORS_IN_STREAM: Final = tuple(
    Dialect(name, body, text, error=error, says=says)
    for name, body, text, error, says in (
        (
            "error object",
            sse({"error": _OVERLOADED}),
            "",
            "ProviderUnavailableError",
            "server_error: The server is overloaded",
        ),
        (
            "error event",
            sse(b"event: error\n" + b"data: " + json_bytes({"error": _OVERLOADED})),
            "",
            "ProviderUnavailableError",
            "overloaded",
        ),
        (
            "error event with a sentence",
            sse(b"event: error\ndata: The server is overloaded"),
            "",
            "ProviderUnavailableError",
            "overloaded",
        ),
        (
            "error event with a message",
            sse(b"event: error\ndata: " + json_bytes({"message": "overloaded"})),
            "",
            "ProviderUnavailableError",
            "overloaded",
        ),
        (
            "object error",
            sse({"object": "error", "message": "overloaded", "type": "InternalServerError", "code": 500}),
            "",
            "ProviderUnavailableError",
            "InternalServerError: overloaded",
        ),
        ("error as text", sse({"error": "overloaded"}), "", "ProviderUnavailableError", "overloaded"),
        (
            "type error",
            sse({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
            "",
            "ProviderUnavailableError",
            "overloaded_error",
        ),
        (
            "errors in a list",
            sse([{"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}]),
            "",
            "ProviderUnavailableError",
            "UNAVAILABLE: overloaded",
        ),
        (
            "error of a choice",
            sse(chunk({}, "error", error={"code": 502, "message": "Provider disconnected"})),
            "",
            "ProviderUnavailableError",
            "Provider disconnected",
        ),
        (
            "no stream but an error",
            json_bytes({"error": _OVERLOADED}),
            "",
            "ProviderUnavailableError",
            "overloaded",
        ),
        ("FastAPI", sse({"detail": "overloaded"}), "", "ProviderUnavailableError", "overloaded"),
        ("SiliconFlow", json_bytes({"code": 5, "msg": "busy"}), "", "ProviderUnavailableError", "busy"),
        (
            "Cloudflare",
            json_bytes({"success": False, "errors": [{"code": 7003, "message": "No route"}]}),
            "",
            "ProviderUnavailableError",
            "No route",
        ),
        (
            "TGI",
            b'data:{"error":"`inputs` must have less than 9 tokens","error_type":"validation"}\n\n',
            "",
            "ProviderContextTooLongError",
            "",
        ),
        (
            "error after text",
            sse(*HELLO, {"error": _OVERLOADED}),
            TEXT,
            "ProviderInterruptedError",
            "server_error: The server is overloaded",
        ),
        (
            "rate limit",
            sse({"error": {"code": "rate_limit_exceeded", "message": "slow"}}),
            "",
            "ProviderRateLimitedError",
            "too many requests",
        ),
        (
            "rate limit by number",
            sse({"error": {"code": 429, "message": "slow"}}),
            "",
            "ProviderRateLimitedError",
            "",
        ),
        (
            "credentials",
            sse({"error": {"code": "invalid_api_key", "message": "sk-1 is wrong"}}),
            "",
            "ProviderAuthError",
            "",
        ),
        (
            "context in the stream",
            sse({"error": {"code": "context_length_exceeded", "message": _TOO_LONG}}),
            "",
            "ProviderContextTooLongError",
            "",
        ),
        (
            "context, LM Studio",
            sse(
                b"event: error\ndata: "
                + json_bytes(
                    {"error": {"message": "The number of tokens to keep is greater than the context length"}}
                )
            ),
            "",
            "ProviderContextTooLongError",
            "",
        ),
        (
            "content filter in the stream",
            sse({"error": {"code": "content_filter", "message": "filtered"}}),
            "",
            "ProviderContentFilteredError",
            "",
        ),
        (
            "content filter of Azure's prompt",
            sse(
                {
                    "choices": [],
                    "prompt_filter_results": [
                        {
                            "prompt_index": 0,
                            "content_filter_results": {"hate": {"filtered": True, "severity": "high"}},
                        }
                    ],
                },
                *end("content_filter"),
            ),
            "",
            "ProviderContentFilteredError",
            "",
        ),
    )
)
