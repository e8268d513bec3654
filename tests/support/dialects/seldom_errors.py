"""Error responses in further words of Ollama, vLLM, LM Studio and of hosts."""

from typing import Final

from tests.support.dialects.parts import ErrorResponse

SELDOM_ERRORS: Final = (
    ErrorResponse(
        "Ollama: unknown model",
        404,
        {"error": {"message": 'model "llama9" not found, try pulling it first', "type": "api_error"}},
        "ProviderRequestError",
    ),
    ErrorResponse(
        "Ollama: context",
        400,
        {"error": {"message": "input length exceeds the context length", "type": "invalid_request_error"}},
        "ProviderContextTooLongError",
    ),
    ErrorResponse(
        "Ollama: busy",
        503,
        {"error": {"message": "server busy, please try again.  maximum pending requests exceeded"}},
        "ProviderUnavailableError",
    ),
    ErrorResponse(
        "vLLM: input longer",
        400,
        {
            "error": {
                "message": (
                    "The decoder prompt (length 9000) is longer than the maximum "
                    "model length of 8192. Make sure that `max_model_len` is no "
                    "smaller than the number of text tokens."
                ),
                "type": "BadRequestError",
                "code": 400,
            }
        },
        "ProviderContextTooLongError",
    ),
    ErrorResponse(
        "vLLM: structured",
        400,
        {
            "error": {
                "message": "The provided JSON schema contains features not supported by xgrammar.",
                "type": "BadRequestError",
                "code": 400,
            }
        },
        "ProviderRequestError",
        "response_format",
    ),
    ErrorResponse(
        "vLLM: tool choice",
        400,
        {
            "object": "error",
            "message": (
                "auto tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"
            ),
            "type": "BadRequestError",
            "code": 400,
        },
        "ProviderRequestError",
        "tools",
    ),
    ErrorResponse(
        "vLLM: chat template",
        400,
        {
            "error": {
                "message": (
                    "After the optional system message, conversation roles must "
                    "alternate user/assistant/user/assistant/..."
                ),
                "type": "BadRequestError",
                "code": 400,
            }
        },
        "ProviderRequestError",
    ),
    ErrorResponse(
        "LM Studio: context",
        400,
        {
            "error": (
                "Trying to keep the first 9000 tokens when context the "
                "overflows. However, the model is loaded with context length "
                "of only 4096 tokens"
            )
        },
        "ProviderContextTooLongError",
    ),
    ErrorResponse(
        "LM Studio: no model",
        404,
        {
            "error": {
                "message": (
                    "No models loaded. Please load a model in the developer page "
                    "or use the `lms load` command."
                ),
                "type": "invalid_request_error",
                "param": "model",
                "code": "model_not_found",
            }
        },
        "ProviderRequestError",
    ),
    ErrorResponse(
        "xAI: bad key",
        400,
        {
            "code": "Client specified an invalid argument",
            "error": (
                "Incorrect API key provided: xa***yz. You can obtain an API key from https://console.x.ai."
            ),
        },
        "ProviderAuthError",
    ),
    ErrorResponse(
        "xAI: prompt length",
        400,
        {
            "code": "Client specified an invalid argument",
            "error": ("This model's maximum prompt length is 131072 but the request contains 140000 tokens."),
        },
        "ProviderContextTooLongError",
    ),
    ErrorResponse(
        "xAI: safety",
        403,
        {
            "code": "The caller does not have permission to execute the specified operation",
            "error": ("Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_CSAM"),
        },
        "ProviderContentFilteredError",
    ),
    ErrorResponse(
        "xAI: credits",
        429,
        {
            "code": "Some resource has been exhausted",
            "error": (
                "Your team has either used all available credits or reached its monthly spending limit."
            ),
        },
        "ProviderRateLimitedError",
    ),
    ErrorResponse(
        "xAI: stop",
        400,
        {
            "code": "Client specified an invalid argument",
            "error": "Argument not supported on this model: temperature",
        },
        "ProviderRequestError",
        "temperature",
    ),
    ErrorResponse(
        "Groq: size",
        413,
        {
            "error": {
                "message": (
                    "Request too large for model `x` in organization `org` "
                    "service tier `on_demand` on tokens per minute (TPM): Limit "
                    "6000, Requested 9000"
                ),
                "type": "tokens",
                "code": "rate_limit_exceeded",
            }
        },
        "ProviderContextTooLongError",
    ),
    ErrorResponse(
        "Groq: context",
        400,
        {
            "error": {
                "message": "Please reduce the length of the messages or completion.",
                "type": "invalid_request_error",
                "param": "messages",
                "code": "context_length_exceeded",
            }
        },
        "ProviderContextTooLongError",
    ),
    ErrorResponse(
        "Groq: effort",
        400,
        {
            "error": {
                "message": "`reasoning_effort` is not supported with this model",
                "type": "invalid_request_error",
            }
        },
        "ProviderRequestError",
        "reasoning_effort",
    ),
    ErrorResponse(
        "Groq: json and tools",
        400,
        {
            "error": {
                "message": "json mode cannot be combined with tool/function calling",
                "type": "invalid_request_error",
            }
        },
        "ProviderRequestError",
        "response_format",
    ),
    ErrorResponse(
        "Together: json",
        400,
        {
            "error": {
                "message": "response_format json_schema is not supported for this model",
                "type": "invalid_request_error",
                "param": "response_format",
            }
        },
        "ProviderRequestError",
        "response_format",
    ),
    ErrorResponse(
        "Together: overloaded",
        503,
        {
            "error": {
                "message": "The server is overloaded or not ready yet.",
                "type": "server_error",
                "code": "overloaded",
            }
        },
        "ProviderUnavailableError",
    ),
    ErrorResponse(
        "Mistral: messages length",
        400,
        {
            "object": "error",
            "message": (
                "Prompt contains 40000 tokens and 0 draft tokens, too large "
                "for model with 32768 maximum context length"
            ),
            "type": "invalid_request_prompt",
            "code": 3051,
        },
        "ProviderContextTooLongError",
    ),
    ErrorResponse("Mistral: unauthorised", 401, {"detail": "Unauthorized"}, "ProviderAuthError"),
    ErrorResponse(
        "Mistral: capacity",
        429,
        {
            "object": "error",
            "message": "Service tier capacity exceeded for this model.",
            "type": "service_tier_capacity_exceeded",
            "code": "3505",
        },
        "ProviderRateLimitedError",
    ),
    ErrorResponse(
        "Mistral: role",
        400,
        {
            "object": "error",
            "message": (
                "Expected last role User or Tool (or Assistant with prefix "
                "True) for serving but got assistant"
            ),
            "type": "invalid_request_message_order",
            "code": "3230",
        },
        "ProviderRequestError",
    ),
    ErrorResponse(
        "DeepSeek: risk",
        400,
        {
            "error": {
                "message": "Content Exists Risk",
                "type": "invalid_request_error",
                "code": "invalid_request_error",
            }
        },
        "ProviderContentFilteredError",
    ),
    ErrorResponse(
        "DeepSeek: balance",
        402,
        {"error": {"message": "Insufficient Balance", "type": "unknown_error"}},
        "ProviderRateLimitedError",
    ),
    ErrorResponse(
        "DeepSeek: max",
        400,
        {
            "error": {
                "message": "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
                "type": "invalid_request_error",
            }
        },
        "ProviderRequestError",
        "max_tokens",
    ),
    ErrorResponse(
        "llama.cpp: context",
        400,
        {
            "error": {
                "code": 400,
                "message": (
                    "the request exceeds the available context size. try "
                    "increasing the context size or enable context shift"
                ),
                "type": "exceed_context_size_error",
                "n_prompt_tokens": 9000,
                "n_ctx": 4096,
            }
        },
        "ProviderContextTooLongError",
    ),
    ErrorResponse(
        "llama.cpp: loading",
        503,
        {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
        "ProviderUnavailableError",
    ),
    ErrorResponse(
        "llama.cpp: grammar",
        400,
        {"error": {"code": 400, "message": "Failed to parse grammar", "type": "invalid_request_error"}},
        "ProviderRequestError",
        "response_format",
    ),
    ErrorResponse(
        "llama.cpp: schema",
        400,
        {
            "error": {
                "code": 400,
                "message": "JSON schema conversion failed:\nUnrecognized schema",
                "type": "invalid_request_error",
            }
        },
        "ProviderRequestError",
        "response_format",
    ),
    ErrorResponse(
        "OpenRouter: moderation",
        403,
        {
            "error": {
                "message": (
                    'openai/gpt-5 requires moderation on OpenAI. Your input was flagged for "violence".'
                ),
                "code": 403,
                "metadata": {"reasons": ["violence"], "flagged_input": "x"},
            }
        },
        "ProviderContentFilteredError",
    ),
    ErrorResponse(
        "OpenRouter: privacy",
        404,
        {"error": {"message": "No endpoints found matching your data policy.", "code": 404}},
        "ProviderRequestError",
    ),
    ErrorResponse(
        "OpenRouter: credits",
        402,
        {
            "error": {
                "message": (
                    "This request requires more credits, or fewer max_tokens. You "
                    "requested up to 65536 tokens, but can only afford 900."
                ),
                "code": 402,
            }
        },
        "ProviderRateLimitedError",
    ),
    ErrorResponse(
        "OpenRouter: upstream",
        502,
        {
            "error": {
                "message": "Provider returned error",
                "code": 502,
                "metadata": {"provider_name": "X", "raw": "upstream"},
            }
        },
        "ProviderUnavailableError",
    ),
    ErrorResponse(
        "OpenRouter: parameters",
        404,
        {"error": {"message": "No endpoints found that can handle the requested parameters.", "code": 404}},
        "ProviderRequestError",
    ),
    ErrorResponse(
        "OpenRouter: context",
        400,
        {
            "error": {
                "message": (
                    "This endpoint's maximum context length is 32768 tokens. "
                    "However, you requested about 40000 tokens (39000 of text "
                    "input, 1000 in the output). Please reduce the length of "
                    'either one, or use the "middle-out" transform.'
                ),
                "code": 400,
            }
        },
        "ProviderContextTooLongError",
    ),
    ErrorResponse(
        "Azure: filter",
        400,
        {
            "error": {
                "message": (
                    "The response was filtered due to the prompt triggering Azure "
                    "OpenAI's content management policy."
                ),
                "type": None,
                "param": "prompt",
                "code": "content_filter",
                "status": 400,
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
            }
        },
        "ProviderContentFilteredError",
    ),
    ErrorResponse(
        "Azure: api version",
        404,
        {"error": {"code": "404", "message": "Resource not found"}},
        "ProviderRequestError",
    ),
    ErrorResponse(
        "Azure: unsupported",
        400,
        {
            "error": {
                "message": "Unrecognized request argument supplied: stream_options",
                "type": "invalid_request_error",
                "code": None,
            }
        },
        "ProviderRequestError",
        "stream_options",
    ),
    ErrorResponse(
        "Azure: effort",
        400,
        {
            "error": {
                "message": (
                    "Unsupported value: 'reasoning_effort' does not support "
                    "'minimal' with this model. Supported values are: 'low', "
                    "'medium', and 'high'."
                ),
                "type": "invalid_request_error",
                "param": "reasoning_effort",
                "code": "unsupported_value",
            }
        },
        "ProviderRequestError",
        "reasoning_effort",
    ),
    ErrorResponse(
        "Azure: quota",
        429,
        {
            "error": {
                "code": "429",
                "message": (
                    "Requests to the ChatCompletions_Create Operation have "
                    "exceeded token rate limit. Please retry after 7 seconds."
                ),
            }
        },
        "ProviderRateLimitedError",
        retry_after=7.0,
    ),
)
"""Further error responses."""
