"""Error responses of many servers."""

from typing import Final

from tests.support.dialects.parts import ErrorResponse

TOO_LONG: Final = "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."


def _vllm(message: str, **more: object) -> dict[str, object]:
    return {
        "object": "error",
        "message": message,
        "type": "BadRequestError",
        "param": None,
        "code": 400,
        **more,
    }


def _openai(message: str, code: str | None = None, param: str | None = None) -> dict[str, object]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


_REQUEST: Final = "ProviderRequestError"
REJECTIONS: Final = tuple(
    ErrorResponse(name, status, body, _REQUEST, parameter)
    for name, status, body, parameter in (
        (
            "OpenAI, unsupported",
            400,
            _openai(
                "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
                "unsupported_parameter",
                "max_tokens",
            ),
            "max_tokens",
        ),
        (
            "OpenAI, value",
            400,
            _openai(
                "Unsupported value: 'temperature' does not support 0.2 with this model.",
                "unsupported_value",
                "temperature",
            ),
            "temperature",
        ),
        (
            "OpenAI, unknown",
            400,
            _openai(
                "Unknown parameter: 'stream_options.include_usage'.",
                "unknown_parameter",
                "stream_options.include_usage",
            ),
            "stream_options",
        ),
        (
            "OpenAI, older",
            400,
            _openai("Unrecognized request argument supplied: reasoning_effort"),
            "reasoning_effort",
        ),
        (
            "OpenAI, type",
            400,
            _openai(
                "Invalid parameter: 'response_format' of type 'json_schema' is not supported.",
                None,
                "response_format.type",
            ),
            "response_format",
        ),
        (
            "OpenAI, too many tokens",
            400,
            _openai(
                "max_tokens is too large: 200000. This model supports at most 16384 "
                "completion tokens, whereas you provided 200000.",
                "invalid_value",
                "max_tokens",
            ),
            "max_tokens",
        ),
        (
            "Ollama, tools",
            400,
            {
                "error": {
                    "message": "registry.ollama.ai/library/gemma:2b does not support tools",
                    "type": "api_error",
                    "param": None,
                    "code": None,
                }
            },
            "tools",
        ),
        (
            "Ollama, thinking",
            400,
            {"error": {"message": '"qwen2.5" does not support thinking', "type": "api_error"}},
            "reasoning_effort",
        ),
        ("Ollama, server error", 500, {"error": "model does not support tools"}, "tools"),
        (
            "vLLM, pydantic",
            400,
            _vllm(
                "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), "
                "'msg': 'Extra inputs are not permitted', 'input': {'include_usage': True}}]"
            ),
            "stream_options",
        ),
        (
            "vLLM, tools",
            400,
            _vllm('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
            "tools",
        ),
        (
            "vLLM, newer",
            400,
            {"error": _vllm("The model does not support reasoning_effort")},
            "reasoning_effort",
        ),
        (
            "FastAPI, 422",
            422,
            {
                "detail": [
                    {
                        "type": "extra_forbidden",
                        "loc": ["body", "reasoning_effort"],
                        "msg": "Extra inputs are not permitted",
                        "input": "low",
                    }
                ]
            },
            "reasoning_effort",
        ),
        (
            "Mistral, 422",
            422,
            {
                "object": "error",
                "message": {
                    "detail": [
                        {
                            "type": "extra_forbidden",
                            "loc": ["body", "stream_options"],
                            "msg": "Extra inputs are not permitted",
                        }
                    ]
                },
                "type": "invalid_request_error",
                "param": None,
                "code": None,
            },
            "stream_options",
        ),
        (
            "LM Studio, schema",
            400,
            {"error": "'response_format.type' must be 'json_schema' or 'text'"},
            "response_format",
        ),
        (
            "LM Studio, keys",
            400,
            {"error": "Unrecognized key(s) in object: 'stream_options'"},
            "stream_options",
        ),
        (
            "xAI, camel case",
            400,
            {
                "code": "Client specified an invalid argument",
                "error": "Model grok-4 does not support parameter reasoningEffort.",
            },
            "reasoning_effort",
        ),
        (
            "xAI, argument",
            400,
            {
                "code": "Client specified an invalid argument",
                "error": "Argument not supported on this model: responseFormat",
            },
            "response_format",
        ),
        (
            "plain text, serde",
            422,
            "Failed to deserialize the JSON body: response_format: unknown variant `json_schema`",
            "response_format",
        ),
        (
            "plain text, field",
            400,
            "unknown field `stream_options`, expected one of `model`, `messages`",
            "stream_options",
        ),
        (
            "DeepSeek",
            400,
            {
                "error": {
                    "message": "This response_format type is unavailable now",
                    "type": "invalid_request_error",
                    "param": None,
                    "code": "invalid_request_error",
                }
            },
            "response_format",
        ),
        (
            "DeepSeek, tools",
            400,
            {"error": {"message": "deepseek-reasoner does not support Function Calling"}},
            "tools",
        ),
        ("Groq", 400, _openai("property 'stream_options' is unsupported"), "stream_options"),
        ("Groq, tools", 400, _openai("`tool calling` is not supported with this model"), "tools"),
        (
            "llama.cpp",
            500,
            {"error": {"code": 500, "message": "tools param requires --jinja flag", "type": "server_error"}},
            "tools",
        ),
        (
            "OpenRouter",
            404,
            {"error": {"message": "No endpoints found that support tool use.", "code": 404}},
            "tools",
        ),
        (
            "Gemini, a list",
            400,
            [
                {
                    "error": {
                        "code": 400,
                        "message": 'Unknown name "stream_options": Cannot find field.',
                        "status": "INVALID_ARGUMENT",
                    }
                }
            ],
            "stream_options",
        ),
        (
            "Groq, too many tokens",
            400,
            _openai(
                "`max_tokens` must be less than or equal to `8192`, the maximum value for "
                "`max_tokens` is less than the `context_window` for this model"
            ),
            "max_tokens",
        ),
        (
            "vLLM, no room",
            400,
            _vllm(
                "This model's maximum context length is 4096 tokens. However, you requested 9000 "
                "tokens (1000 in the messages, 8000 in the completion). Please reduce the length."
            ),
            "max_tokens",
        ),
        (
            "vLLM, no room, newer",
            400,
            {
                "error": _vllm(
                    "'max_tokens' or 'max_completion_tokens' is too large: 8000. This "
                    "model's maximum context length is 4096 tokens and your request has 100 input tokens"
                )
            },
            "max_tokens",
        ),
    )
)

COMMON_ERRORS: Final = (
    *REJECTIONS,
    *(
        ErrorResponse(name, status, body, "ProviderContextTooLongError")
        for name, status, body in (
            ("OpenAI", 400, _openai(TOO_LONG, "context_length_exceeded", "messages")),
            (
                "vLLM",
                400,
                _vllm(
                    "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens "
                    "(8000 in the messages, 1000 in the completion). Reduce the length of the messages."
                ),
            ),
            ("TGI", 422, {"error": "`inputs` must have less than 1024 tokens. Given: 2000"}),
            (
                "Anthropic's endpoint",
                400,
                {"error": {"message": "input length and `max_tokens` exceed context limit: 9 + 2 > 10"}},
            ),
            (
                "Vertex",
                400,
                {"error": {"message": "the input token count is 40000 but model only supports 9"}},
            ),
            ("Qwen", 400, {"error": {"message": "Range of input length should be [1, 30720]"}}),
            (
                "OpenRouter",
                400,
                {
                    "error": {
                        "message": "This endpoint's maximum context length is 200000 tokens. However, "
                        "you requested about 2500021 tokens (2500021 of text input).",
                        "code": 400,
                    }
                },
            ),
            (
                "Perplexity",
                400,
                {
                    "error": {
                        "message": "The total length of all messages is too long.",
                        "type": "too_many_prompt_tokens",
                        "code": 400,
                    }
                },
            ),
            (
                "xAI",
                400,
                {
                    "code": "Client specified an invalid argument",
                    "error": "This model's maximum prompt length is "
                    "131072 but the request contains 537812 tokens.",
                },
            ),
            (
                "llama.cpp",
                400,
                {
                    "error": {
                        "code": 400,
                        "type": "exceed_context_size_error",
                        "message": "the request exceeds the available context size, try increasing it",
                    }
                },
            ),
            (
                "LM Studio",
                400,
                {
                    "error": "Trying to keep the first 9000 tokens when context the overflows. However, the "
                    "model is loaded with context length of only 4096 tokens."
                },
            ),
            (
                "Ollama",
                500,
                {"error": {"message": "prompt too long; exceeded max context length by 100 tokens"}},
            ),
            (
                "Mistral",
                400,
                {
                    "object": "error",
                    "message": "Prompt contains 65673 tokens, too large for model with "
                    "32768 maximum context length",
                    "type": "invalid_request_error",
                },
            ),
            (
                "Anthropic by a proxy",
                400,
                {"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}},
            ),
            (
                "Gemini",
                400,
                [
                    {
                        "error": {
                            "code": 400,
                            "status": "INVALID_ARGUMENT",
                            "message": "The input token count (1200000) exceeds the maximum number of tokens",
                        }
                    }
                ],
            ),
            (
                "Groq",
                413,
                _openai(
                    "Request too large for model, please reduce your message size", "rate_limit_exceeded"
                ),
            ),
            ("plain text", 413, "Payload Too Large"),
            (
                "OpenRouter, nested",
                400,
                {
                    "error": {
                        "message": "Provider returned error",
                        "code": 400,
                        "metadata": {
                            "raw": '{"error":{"message":"Input is too long for requested model"}}',
                            "provider_name": "x",
                        },
                    }
                },
            ),
        )
    ),
    *(
        ErrorResponse(name, status, body, "ProviderContentFilteredError")
        for name, status, body in (
            (
                "Azure",
                400,
                {
                    "error": {
                        "message": "The response was filtered due to the prompt triggering Azure OpenAI's "
                        "content management policy.",
                        "type": None,
                        "param": "prompt",
                        "code": "content_filter",
                        "status": 400,
                        "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {}},
                    }
                },
            ),
            (
                "OpenAI",
                400,
                _openai(
                    "Your prompt was flagged as potentially violating our usage policy.", "invalid_prompt"
                ),
            ),
            ("OpenAI, policy", 400, _openai("Rejected by our safety system.", "content_policy_violation")),
            (
                "xAI",
                403,
                {
                    "code": "The caller does not have permission to execute the specified operation",
                    "error": "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO",
                },
            ),
            ("DeepSeek", 400, {"error": {"message": "Content Exists Risk", "type": "invalid_request_error"}}),
            (
                "Alibaba",
                400,
                {"error": {"code": "data_inspection_failed", "message": "Input data may contain ..."}},
            ),
            (
                "OpenRouter",
                403,
                {
                    "error": {
                        "code": 403,
                        "message": "Your chosen model requires moderation and your input was flagged",
                        "metadata": {"reasons": ["violence"]},
                    }
                },
            ),
        )
    ),
    ErrorResponse(
        "OpenAI", 401, _openai("Incorrect API key provided: sk-1", "invalid_api_key"), "ProviderAuthError"
    ),
    ErrorResponse("Mistral", 401, {"detail": "Invalid API Key"}, "ProviderAuthError"),
    ErrorResponse(
        "Gemini",
        400,
        [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}],
        "ProviderAuthError",
    ),
    ErrorResponse("xAI", 400, {"error": "Incorrect API key provided: xa***."}, "ProviderAuthError"),
    ErrorResponse("TGI, overloaded", 424, {"error": "Model is overloaded"}, "ProviderUnavailableError"),
    ErrorResponse(
        "Groq, capacity", 498, {"error": {"code": "capacity_exceeded"}}, "ProviderUnavailableError"
    ),
    ErrorResponse(
        "Groq, a call that it cannot read",
        400,
        _openai("Failed to call a function. Please adjust your prompt.", "tool_use_failed"),
        "ProviderUnavailableError",
    ),
    ErrorResponse("plain text", 403, "Forbidden", "ProviderAuthError"),
    ErrorResponse("HTML", 502, "<html><body>Bad Gateway</body></html>", "ProviderUnavailableError"),
    ErrorResponse("empty", 500, "", "ProviderUnavailableError"),
    ErrorResponse("overloaded", 529, {"error": {"type": "overloaded_error"}}, "ProviderUnavailableError"),
    ErrorResponse(
        "quota", 429, _openai("You exceeded your quota", "insufficient_quota"), "ProviderRateLimitedError"
    ),
    ErrorResponse("balance", 402, {"error": {"message": "Insufficient Balance"}}, "ProviderRateLimitedError"),
    ErrorResponse(
        "tokens per minute",
        429,
        _openai("Request too large for gpt-x: tokens per min", "rate_limit_exceeded"),
        "ProviderRateLimitedError",
    ),
    ErrorResponse(
        "milliseconds",
        429,
        {},
        "ProviderRateLimitedError",
        headers={"retry-after-ms": "1500", "retry-after": "2"},
        retry_after=1.5,
    ),
    ErrorResponse(
        "no milliseconds",
        429,
        {},
        "ProviderRateLimitedError",
        headers={"retry-after-ms": "x", "retry-after": "7"},
        retry_after=7.0,
    ),
    ErrorResponse(
        "negative", 503, {}, "ProviderUnavailableError", headers={"retry-after-ms": "-5"}, retry_after=0.0
    ),
    ErrorResponse("infinite", 503, {}, "ProviderUnavailableError", headers={"retry-after": "inf"}),
    ErrorResponse(
        "unknown model",
        404,
        _openai("The model `tool-x` does not exist", "model_not_found", "model"),
        _REQUEST,
    ),
    ErrorResponse(
        "messages",
        400,
        _openai(
            "Invalid parameter: messages with role 'tool' must be a response to a preceding "
            "message with 'tool_calls'.",
            None,
            "messages.[3].role",
        ),
        _REQUEST,
    ),
)
"""The errors of chat completions servers themselves."""
