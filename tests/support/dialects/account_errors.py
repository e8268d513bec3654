"""Error responses of gateways and clouds: accounts without money, filters, contexts, pauses."""

from typing import Final

from tests.support.dialects.parts import ErrorResponse

_REQUEST: Final = "ProviderRequestError"
_LIMITED: Final = "ProviderRateLimitedError"
_AUTH: Final = "ProviderAuthError"
_CONTEXT: Final = "ProviderContextTooLongError"
_FILTERED: Final = "ProviderContentFilteredError"
_UNAVAILABLE: Final = "ProviderUnavailableError"


def _error(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


def _gateway(status: int, message: str) -> dict[str, object]:
    """An error of Azure API Management."""
    return {"statusCode": status, "message": message}


_SPENT: Final = tuple(
    ErrorResponse(name, status, body, _LIMITED)
    for name, status, body in (
        ("OpenAI, hard limit", 400, _error("Billing hard limit has been reached")),
        (
            "Anthropic, credit",
            400,
            _error("Your credit balance is too low. Please go to Plans & Billing to upgrade."),
        ),
        ("Qwen, arrears", 400, _error("Access denied, please check your account.", code="Arrearage")),
        ("Qwen, free tier", 403, _error("The free tier of the model has been exhausted.")),
        (
            "xAI, no credits",
            403,
            {"code": "No permission", "error": "Your team doesn't have any credits yet."},
        ),
        ("OpenRouter, key limit", 403, _error("Key limit exceeded (total limit).", code=403)),
        ("Azure API Management, quota", 403, _gateway(403, "Out of call volume quota.")),
        ("Azure API Management, tokens", 403, _gateway(403, "Token quota is exceeded. Try again in 3 days.")),
        ("Fireworks, suspended", 412, _error("Account x is suspended, due to reaching the spending limit.")),
        ("LiteLLM, budget", 400, _error("Budget has been exceeded! Max budget: 10.0", code="400")),
        ("Hugging Face", 402, {"error": "You have exceeded your monthly included credits."}),
        ("Moonshot, quota", 429, _error("Your account is suspended, check your plan and billing details")),
    )
)

_PAUSES: Final = tuple(
    ErrorResponse(name, 429, body, _LIMITED, headers=headers, retry_after=seconds)
    for name, body, headers, seconds in (
        (
            "Gemini, a sentence",
            [{"error": {"code": 429, "message": "Quota exceeded.\nPlease retry in 34.5s.", "status": "X"}}],
            {},
            34.5,
        ),
        ("Azure API Management", _gateway(429, "Rate limit is exceeded. Try again in 12 seconds."), {}, 12.0),
        ("Groq, minutes", _error("Rate limit reached. Please try again in 7m12.5s."), {}, 432.5),
        ("OpenAI, milliseconds", _error("Rate limit reached. Please try again in 120ms."), {}, 0.12),
        (
            "the header before the sentence",
            _error("Please retry after 6 seconds."),
            {"retry-after": "5"},
            5.0,
        ),
        ("no time in the sentence", _error("Please try again in a moment."), {}, None),
        ("Cloudflare, text", "error code: 1015", {"retry-after": "30"}, 30.0),
    )
)

_REFUSED: Final = tuple(
    ErrorResponse(name, status, body, _REQUEST, parameter)
    for name, status, body, parameter in (
        ("llama.cpp, older", 500, _error("Cannot use tools with stream"), "tools"),
        ("Ollama, a type", 400, _error("json: cannot unmarshal string into field .tools"), "tools"),
        (
            "vLLM, room for the output",
            400,
            _error(
                "This model's maximum context length is 4096 tokens. However, you requested 8000 output "
                "tokens and your prompt contains at least 100 input tokens.",
                param="input_tokens",
            ),
            "max_tokens",
        ),
        (
            "SGLang, room for the completion",
            400,
            _error(
                "Requested token count exceeds the model's maximum context length of 4096 tokens. You "
                "requested a total of 9000 tokens: 1000 tokens from the input messages and 8000 others."
            ),
            "max_tokens",
        ),
        (
            "TGI, room for new tokens",
            422,
            {
                "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. "
                "Given: 1000 `inputs` tokens and 8000 `max_new_tokens`"
            },
            "max_tokens",
        ),
        (
            "Groq, JSON and tools",
            400,
            _error("json mode cannot be combined with tool calling"),
            "response_format",
        ),
        (
            "Perplexity, schema",
            400,
            _error("At body -> response_format -> type: Input should be 'text'"),
            "response_format",
        ),
        (
            "vLLM, grammar",
            400,
            _error("The provided JSON schema contains features not supported"),
            "response_format",
        ),
        (
            "Anthropic, tokens",
            400,
            _error("max_tokens: 100000 > 64000, the maximum allowed number"),
            "max_tokens",
        ),
        (
            "Moonshot, reasoning",
            400,
            _error("thinking is enabled but reasoning_content is missing in assistant tool call message"),
            "reasoning_content",
        ),
        (
            "DeepSeek, reasoning",
            400,
            _error("Missing `reasoning_content` field in the assistant message at message index 1."),
            "reasoning_content",
        ),
        (
            "xAI, a role",
            422,
            "Failed to deserialize the JSON body: messages[0].role: unknown variant `tool2`",
            None,
        ),
        (
            "Mistral, an id",
            400,
            _error("Tool call id was call_0 but must be a-z, A-Z, 0-9, with a length of 9."),
            None,
        ),
        (
            "Perplexity, the order",
            400,
            _error("Invalid: user or tool message(s) should alternate with others."),
            None,
        ),
        (
            "Gemini, a signature",
            400,
            [
                {
                    "error": {
                        "message": "Function call is missing a thought_signature. It is required for tools",
                        "status": "INVALID_ARGUMENT",
                    }
                }
            ],
            None,
        ),
        (
            "an unknown deployment",
            404,
            _error("The API deployment does not exist.", code="DeploymentNotFound"),
            None,
        ),
    )
)

ACCOUNT_ERRORS: Final = (
    *_SPENT,
    *_PAUSES,
    *_REFUSED,
    *(
        ErrorResponse(name, status, body, error)
        for name, status, body, error in (
            (
                "Azure API Management, safety",
                403,
                _gateway(403, "Request failed content safety check."),
                _FILTERED,
            ),
            ("LiteLLM, policy", 400, _error("litellm.ContentPolicyViolationError: refused"), _FILTERED),
            ("Cloudflare, blocked", 424, {"error": [{"code": 2016, "message": "Prompt blocked"}]}, _FILTERED),
            ("Moonshot, risk", 400, _error("It was considered high risk", type="content_filter"), _FILTERED),
            (
                "vLLM, a prompt alone",
                400,
                _error(
                    "This model's maximum context length is 4096 tokens. However, you requested 50 output "
                    "tokens and your prompt contains at least 4097 input tokens, for a total of 4147 tokens."
                ),
                _CONTEXT,
            ),
            (
                "Together, a prompt alone",
                400,
                _error(
                    "`inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens and 50",
                    param="max_tokens",
                ),
                _CONTEXT,
            ),
            (
                "Moonshot",
                400,
                _error("Your request exceeded model token limit: 8192 (requested: 9000)"),
                _CONTEXT,
            ),
            ("SambaNova", 400, _error("The maximum supported sequence length is just 8192!"), _CONTEXT),
            ("Zhipu", 400, _error("Prompt exceeds max length", code="1261"), _CONTEXT),
            ("Volcengine", 400, _error("Total tokens of text exceed max message tokens"), _CONTEXT),
            ("Bedrock, tokens", 400, _error("Number of input tokens exceeds maximum length"), _CONTEXT),
            ("Snowflake", 400, {"message": "max tokens of 9000 exceeded", "request_id": "a"}, _CONTEXT),
            ("nginx", 413, "<html><h1>413 Request Entity Too Large</h1></html>", _CONTEXT),
            ("Gemini, no header", 400, _error("Missing or invalid Authorization header."), _AUTH),
            ("Gemini, an old key", 400, _error("API key expired. Please renew the API key."), _AUTH),
            ("Azure, Entra", 401, _gateway(401, "Unauthorized. Access token is missing or invalid."), _AUTH),
            ("a challenge", 403, "<html><title>Just a moment...</title></html>", _AUTH),
            ("cancelled", 499, {"message": "request cancelled"}, _UNAVAILABLE),
            (
                "Groq, JSON that it cannot read",
                400,
                _error("Failed", code="json_validate_failed"),
                _UNAVAILABLE,
            ),
            (
                "Ollama, memory",
                500,
                _error("model requires more system memory than is available"),
                _UNAVAILABLE,
            ),
            ("Cloudflare, time", 524, "<html><title>524: A timeout occurred</title></html>", _UNAVAILABLE),
        )
    ),
)
"""Further error responses."""
