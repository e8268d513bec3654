"""Answers in the forms of particular servers: small inputs of our own, modelled on what each documents."""

import json
from typing import Any, Final

from tests.support.dialects.parts import (
    HELLO,
    NEWS,
    QUOTE,
    TEXT,
    USAGE,
    Dialect,
    chunk,
    end,
    json_bytes,
    part,
    sse,
    words,
)

_QUOTE_CALL: Final = (("get_quote", QUOTE),)
_BOTH_CALLS: Final = (("get_quote", QUOTE), ("get_news", NEWS))
_INTERRUPTED: Final = "ProviderInterruptedError"
_UNAVAILABLE: Final = "ProviderUnavailableError"
_MARKED: Final = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes"


def _in_choice(value: Any, **more: object) -> dict[str, Any]:
    """The chunk with further fields in its choice."""
    return {**value, "choices": [{**value["choices"][0], **more}]}


def _message(text: str, finish: str | None = None) -> dict[str, Any]:
    """A chunk with a message in place of a delta."""
    return {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}]
    }


_SAFE: Final = {"hate": {"filtered": False, "severity": "safe"}}
_FILTERS: Final = (
    Dialect(
        "Azure: asynchronous filter",
        sse(
            {"choices": [], "model": "", "prompt_filter_results": [{"content_filter_results": _SAFE}]},
            *HELLO,
            {"choices": [{"index": 0, "finish_reason": None, "content_filter_results": _SAFE}]},
            chunk({}, "stop"),
            {"choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {"end_offset": 9}}]},
            {"choices": [], "usage": USAGE},
        ),
        TEXT,
    ),
    Dialect(
        "Azure: the asynchronous filter ends the answer",
        sse(*HELLO, {"choices": [{"finish_reason": "content_filter", "content_filter_results": _SAFE}]}),
        TEXT,
        reason="content_filter",
        usage=None,
    ),
    Dialect(
        "Azure: the filter itself failed",
        sse(
            *(
                _in_choice(text, content_filter_result={"error": {"code": "content_filter_error"}})
                for text in HELLO
            ),
            *end(),
        ),
        TEXT,
    ),
    *(
        Dialect(f"filtered: {reason}", sse(*HELLO, *end(reason)), TEXT, reason="content_filter")
        for reason in (
            "refusal",
            "sensitive",
            "guardrail_intervened",
            "content_filtered",
            "ERROR_TOXIC",
            "SPII",
        )
    ),
    *(
        Dialect(f"length: {reason}", sse(*HELLO, *end(reason)), TEXT, reason="length")
        for reason in ("max_output_tokens", "model_context_window_exceeded", "ERROR_LIMIT")
    ),
    *(
        Dialect(f"failed: {reason}", sse(*HELLO, *end(reason)), TEXT, error=_INTERRUPTED, says=reason.lower())
        for reason in ("abort", "ERROR", "network_error", "malformed_function_call", "TIMEOUT")
    ),
    *(
        Dialect(f"stopped: {reason}", sse(*HELLO, *end(reason)), TEXT)
        for reason in ("eos_token", "eos", "COMPLETE", "end_turn", "stop_sequence")
    ),
)

_ERRORS: Final = (
    Dialect(
        "llama.cpp: a field named error",
        sse(*HELLO, b'error: {"code":500,"message":"the slot was lost","type":"server_error"}', done=False),
        TEXT,
        error=_INTERRUPTED,
        says="the slot was lost",
    ),
    Dialect(
        "llama.cpp: no room in a field named error",
        b'error: {"code":500,"message":"Context size has been exceeded.","type":"server_error"}\n\n',
        error="ProviderContextTooLongError",
    ),
    Dialect(
        "Ollama: an error without a field",
        sse(*HELLO, done=False) + b'{"error":"unexpected end of the model"}\n',
        TEXT,
        error=_INTERRUPTED,
        says="unexpected end of the model",
    ),
    Dialect(
        "Groq: an error beside the choices",
        sse(*HELLO, {**chunk({}), "x_groq": {"id": "req_1", "error": "over capacity"}}, done=False),
        TEXT,
        error=_INTERRUPTED,
        says="over capacity",
    ),
    Dialect(
        "Groq: a call that it cannot read, in the stream",
        sse(b"event: error\ndata: " + json_bytes({"error": {"code": "tool_use_failed", "status_code": 400}})),
        error=_UNAVAILABLE,
    ),
    Dialect(
        "OpenRouter: an error beside a choice",
        sse(
            {
                **chunk({"content": ""}, "error"),
                "provider": "flagged",
                "error": {"code": 502, "message": "Provider disconnected"},
            }
        ),
        error=_UNAVAILABLE,
        says="Provider disconnected",
    ),
    Dialect(
        "an error beside text that speaks of filters",
        sse({**chunk({"content": "Moderation was flagged"}), "error": {"message": "lost"}}),
        error=_UNAVAILABLE,
        says="lost",
    ),
    Dialect(
        "Databricks: error_code",
        sse({"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "Exceeded the limit."}),
        error="ProviderRateLimitedError",
    ),
    Dialect(
        "Cerebras: a message and a code",
        sse({"message": "We are busy", "type": "too_many_requests_error", "code": "queue_exceeded"}),
        error="ProviderRateLimitedError",
    ),
    Dialect(
        "MiniMax: base_resp",
        json_bytes(
            {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}
        ),
        error="ProviderRateLimitedError",
        says="quota",
    ),
    Dialect(
        "MiniMax: base_resp without an error",
        sse(chunk({"content": TEXT}, base_resp={"status_code": 0}), *end()),
        TEXT,
    ),
    Dialect(
        "LM Studio: a wrong path with status 200",
        b'{"error":"Unexpected endpoint or method."}',
        error=_UNAVAILABLE,
        says="Unexpected endpoint or method.",
    ),
    Dialect("a page", b"<!DOCTYPE html><html><body>data: no</body></html>", error="ProviderBadPayloadError"),
    Dialect("xAI: deferred", b'{"request_id":"f15c114e"}', error="ProviderBadPayloadError"),
    Dialect("null and empty errors", sse(chunk({"content": TEXT}, error=None), *end(error={})), TEXT),
)

_CONTENTS: Final = (
    Dialect("GPT-OSS: channels", sse(*words(_MARKED), *end()), "Yes"),
    Dialect("GPT-OSS: channels in pieces", sse(*words(*_MARKED, "<|retu", "rn|>"), *end()), "Yes"),
    Dialect(
        "GPT-OSS: a commentary for the reader and one for a tool",
        sse(
            *words(
                "<|channel|>commentary<|message|>Let me see. <|end|>",
                "<|start|>assistant<|channel|>commentary to=functions.get_quote <|constrain|>json<|message|>",
                '{"symbol": "AAPL"}<|call|>',
                "Yes",
            ),
            *end(),
        ),
        "Let me see. Yes",
        calls=_QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Magistral: thoughts in brackets", sse(*words("[THI", "NK]Hm.[/THINK", "]Yes [1"), *end()), "Yes [1"
    ),
    Dialect(
        "citations are no thoughts",
        sse(*words("Yes [", "1][T] é[", "2]. [THIS]"), *end()),
        "Yes [1][T] é[2]. [THIS]",
    ),
    Dialect(
        "Kimi: a call in the text",
        sse(
            *words(
                "Let me see.<|tool_calls_section_begin|><|tool_call_begin|>functions.get_quote:0",
                "<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>",
            ),
            *end(),
        ),
        "Let me see.",
        calls=(("get_quote", "{}"),),
        reason="tool_calls",
    ),
    Dialect(
        "DeepSeek: a call in the text",
        sse(
            *words(
                "Let me see.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_quote",
                "<｜tool▁calls▁end｜><｜end▁of▁sentence｜>",
            ),
            *end(),
        ),
        "Let me see.",
        calls=(("get_quote", "{}"),),
        reason="tool_calls",
    ),
    Dialect(
        "a delta of null beside a message",
        sse({"choices": [{"delta": None, "message": {"content": "Yes"}}]}, *end()),
        "Yes",
    ),
    Dialect(
        "Qwen: a call in the text",
        sse(*words("Let me see.", "<tool_", 'call>{"name": "get_quote"}</tool_call>'), *end()),
        "Let me see.",
        calls=(("get_quote", "{}"),),
        reason="tool_calls",
    ),
    Dialect("a mark at the end", sse(*words("Yes", ".<|im_", "end|>"), *end()), "Yes."),
    Dialect("half a mark at the end", sse(*words("Yes <|im"), *end()), "Yes <|im"),
    Dialect("a mark without a header", sse(*words("<|start|>" + "x" * 300), *end()), "x" * 300),
    Dialect("Bedrock: reasoning tags", sse(*words("<reasoning>Hm.</reasoning>Yes"), *end()), "Yes"),
    Dialect(
        "Gemini: thoughts in tags and marked",
        sse(
            chunk({"content": "<thought>Hm.", "extra_content": {"google": {"thought": True}}}),
            *words("</thought>Yes"),
            *end(),
        ),
        "Yes",
    ),
    Dialect(
        "the text so far, no deltas",
        sse(*map(_message, ("Y", "Yes")), _message("Yes.", "stop"), *end()),
        "Yes.",
    ),
    Dialect("messages in pieces, no deltas", sse(*map(_message, ("Ye", "s.")), *end()), "Yes."),
    Dialect(
        "Perplexity: all of the text at the end",
        sse(*words("Ye", "s."), _message("Yes.", "stop"), *end()),
        "Yes.",
    ),
    Dialect(
        "Perplexity: steps of reasoning",
        sse(
            {"object": "chat.reasoning", **chunk({"content": "", "reasoning_steps": [{"thought": "Hm."}]})},
            *words("Yes"),
            *end(),
        ),
        "Yes",
    ),
    Dialect(
        "Databricks: a summary of reasoning",
        sse(
            chunk({"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}]}),
            chunk({"content": [{"type": "text", "text": "Yes"}]}),
            *end(),
        ),
        "Yes",
    ),
    Dialect(
        "LiteLLM: thinking blocks",
        sse(
            chunk({"content": "", "thinking_blocks": [{"thinking": "Hm."}], "reasoning_content": "Hm."}),
            *HELLO,
            *end(),
        ),
        TEXT,
    ),
    Dialect(
        "a finish reason with every chunk",
        sse(chunk({"content": "Ye"}, "stop"), chunk({"content": "s."}, "stop"), *end()),
        "Yes.",
    ),
)

_DOCUMENTS: Final = (
    Dialect(
        "DeepSeek: empty lines before a document",
        b"\n\n\n" + json_bytes({**_message("Yes", "stop"), "usage": USAGE}),
        "Yes",
    ),
    Dialect(
        "a document behind a byte order mark",
        b"\xef\xbb\xbf" + json_bytes({**_message("Yes", "stop"), "usage": USAGE}),
        "Yes",
    ),
    Dialect("a document without a finish reason", json_bytes({**_message("Yes"), "usage": USAGE}), "Yes"),
    Dialect(
        "an indented document with calls",
        json.dumps(
            {
                "choices": [
                    {
                        "message": {
                            "content": None,
                            "tool_calls": [
                                {"id": "a", "function": {"name": "get_quote", "arguments": QUOTE}},
                                {"id": "b", "function": {"name": "get_news", "arguments": NEWS}},
                            ],
                        },
                        "finish_reason": "tool_calls",
                    }
                ],
                "usage": USAGE,
            },
            indent=2,
        ).encode(),
        calls=_BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "lines of JSON that were cut",
        b"\n".join(map(json_bytes, HELLO)) + b"\n",
        TEXT,
        error=_INTERRUPTED,
    ),
)

_SIGNED: Final = {
    **part(None, "function-call-1", "get_quote", QUOTE),
    "extra_content": {"google": {"thought_signature": "Cp"}},
}
_CALLS: Final = (
    Dialect(
        "Gemini: signed calls without an index, in two chunks",
        sse(
            chunk({"tool_calls": [_SIGNED]}),
            chunk({"tool_calls": [part(None, "function-call-2", "get_news", NEWS)]}, "stop", usage=USAGE),
        ),
        calls=_BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "Gemini: empty ids in one delta",
        sse(chunk({"tool_calls": [part(0, "", "get_quote", QUOTE), part(0, "", "get_news", NEWS)]}), *end()),
        calls=_BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "Mistral: ids named null",
        sse(
            chunk(
                {
                    "tool_calls": [
                        part(None, "null", "get_quote", QUOTE),
                        part(None, "null", "get_news", NEWS),
                    ]
                },
                "tool_calls",
                usage=USAGE,
            )
        ),
        calls=_BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "TGI: an object, with the name in every piece",
        sse(
            *(
                chunk({"tool_calls": part(0, "", "get_quote", piece)})
                for piece in ('{"', 'symbol": "AA', 'PL"}', "")
            ),
            *end("eos_token"),
        ),
        calls=_QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Anthropic: text, then a call at index 1",
        sse(
            *words("Let me see."),
            chunk({"tool_calls": [part(1, "toolu_1", "get_quote", QUOTE)]}),
            *end("tool_use"),
        ),
        "Let me see.",
        calls=_QUOTE_CALL,
        reason="tool_calls",
    ),
    Dialect(
        "Moonshot: usage in the choice",
        sse(
            chunk({"tool_calls": [part(0, "get_quote:0", "get_quote", QUOTE)]}),
            _in_choice(chunk({}, "tool_calls"), usage=USAGE),
        ),
        calls=_QUOTE_CALL,
        reason="tool_calls",
    ),
    *(
        Dialect(
            f"arguments with {name}",
            sse(chunk({"tool_calls": [part(0, "a", "get_quote", arguments)]}), *end("tool_calls")),
            calls=_QUOTE_CALL,
            reason="tool_calls",
        )
        for name, arguments in (
            ("a mark behind them", f"{QUOTE}<|call|>"),
            ("a closing tag", f"{QUOTE}</tool_call>"),
            ("the end of a fence", f"{QUOTE}\n```"),
            ("a word before them", f"json\n{QUOTE}"),
        )
    ),
    Dialect(
        "an index with a decimal point",
        sse(
            chunk({"tool_calls": [part(0.0, "a", "get_quote", '{"symbol":')]}),
            chunk({"tool_calls": [part(1.0, "b", "get_news", NEWS)]}),
            chunk({"tool_calls": [part(0.0, None, None, ' "AAPL"}')]}),
            *end("tool_calls"),
        ),
        calls=_BOTH_CALLS,
        reason="tool_calls",
    ),
    Dialect(
        "an error after a call",
        sse(
            chunk({"tool_calls": [part(0, "a", "get_quote", QUOTE)]}),
            {"error": {"message": "lost"}},
            done=False,
        ),
        error=_UNAVAILABLE,
        says="lost",
    ),
)

SERVERS: Final = (*_FILTERS, *_ERRORS, *_CONTENTS, *_DOCUMENTS, *_CALLS)
"""Answers in the forms of particular servers."""
