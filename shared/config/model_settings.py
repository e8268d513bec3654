"""Settings of the language models."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from shared.config.names import ModelProviderName
from shared.config.section import Env, Section


class OpenAISettings(Section):
    """OpenAI, or another server with the same protocol at ``base_url``."""

    api_key: Annotated[SecretStr | None, Env("OPENAI_API_KEY", secret=True, vault=True)] = Field(
        description="API key; enables OpenAI"
    )
    model: Annotated[str, Env("OPENAI_MODEL")] = Field(description="Model")
    base_url: Annotated[str, Env("OPENAI_BASE_URL")] = Field(
        description="Base URL of the API; any server with the same protocol works"
    )


class GrokSettings(Section):
    """Grok by xAI: the OpenAI protocol at another address."""

    api_key: Annotated[SecretStr | None, Env("GROK_API_KEY", secret=True, vault=True)] = Field(
        description="API key; enables Grok"
    )
    model: Annotated[str, Env("GROK_MODEL")] = Field(description="Model")
    base_url: Annotated[str, Env("GROK_BASE_URL")] = Field(description="Base URL of the API")


class AzureOpenAISettings(Section):
    """Azure OpenAI: enabled by an endpoint; without a key it uses the managed identity."""

    endpoint: Annotated[str | None, Env("AZURE_OPENAI_ENDPOINT")] = Field(
        description="Endpoint of the resource; enables Azure OpenAI"
    )
    deployment: Annotated[str | None, Env("AZURE_OPENAI_DEPLOYMENT")] = Field(
        description="Name of the model deployment"
    )
    model: Annotated[str | None, Env("AZURE_OPENAI_MODEL")] = Field(
        description="Model behind the deployment, such as `gpt-5.6-luna`: it decides on the parameters. "
        "Empty: the deployment has the model's name"
    )
    api_key: Annotated[SecretStr | None, Env("AZURE_OPENAI_API_KEY", secret=True, vault=True)] = Field(
        description="API key; without one, the managed identity is used"
    )


def _tool_use(value: object) -> object:
    """Returns the word that YAML reads as a boolean: ``on`` and ``off``."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


class ModelPrice(Section):
    """Price of one model in US dollars per million input and output tokens.

    Written ``gpt-4.1-mini=0.40/1.60``.
    """

    model: Annotated[str, Field(min_length=1, max_length=100)]
    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]

    @model_validator(mode="before")
    @classmethod
    def _split(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        model, _, prices = written.partition("=")
        read, _, write = prices.partition("/")
        return {"model": model.strip(), "input": read.strip(), "output": write.strip()}


class ModelSettings(Section):
    """The language models and the parameters of their requests."""

    provider: Annotated[ModelProviderName, Env("MODEL_PROVIDER")] = Field(
        description="Preferred provider: `openai`, `azure_openai`, `grok` or (local only) `offline`"
    )
    name: Annotated[str | None, Env("MODEL_NAME")] = Field(
        description="Model of the preferred provider; empty: the model of its own section"
    )
    fact_tokens: Annotated[int, Env("MODEL_FACT_TOKENS")] = Field(
        ge=500,
        le=200_000,
        description="Tokens that the facts of a chat prompt may take, by estimate; most relevant first",
    )
    temperature: Annotated[float, Env("MODEL_TEMPERATURE")] = Field(
        ge=0, le=2, description="Sampling temperature"
    )
    max_tokens: Annotated[int, Env("MODEL_MAX_TOKENS")] = Field(
        ge=1, le=200_000, description="Maximum tokens of one model response, without reasoning"
    )
    reasoning_tokens: Annotated[int, Env("MODEL_REASONING_TOKENS")] = Field(
        ge=0, le=200_000, description="Additional tokens of a reasoning model for its reasoning"
    )
    tools: Annotated[Literal["auto", "on", "off"], BeforeValidator(_tool_use), Env("MODEL_TOOLS")] = Field(
        description="Whether tools are offered: `auto` until a model rejects them, `on` always, `off` never"
    )
    allowed_models: Annotated[tuple[str, ...], Env("MODEL_ALLOWED_MODELS")] = Field(
        description="Models that a request may name, besides the configured ones; `*` for any. "
        "Empty: the models with a price in `prices`"
    )
    allow_fallback: Annotated[bool, Env("MODEL_ALLOW_FALLBACK")] = Field(
        description="Whether another provider is used when the requested one fails"
    )
    fallback_order: Annotated[tuple[ModelProviderName, ...], Env("MODEL_FALLBACK_ORDER")] = Field(
        description="Fallback order of the providers"
    )
    debug_prompt: Annotated[bool, Env("MODEL_DEBUG_PROMPT")] = Field(
        description="Log complete prompts; local only"
    )
    first_event_timeout: Annotated[float, Env("MODEL_FIRST_EVENT_TIMEOUT")] = Field(
        gt=0, le=120, description="Timeout in seconds for the first event of a model response"
    )
    reasoning_timeout: Annotated[float, Env("MODEL_REASONING_TIMEOUT")] = Field(
        gt=0, le=540, description="Timeout in seconds for the first word of a model that reasons"
    )
    deadline: Annotated[float, Env("MODEL_DEADLINE")] = Field(
        gt=0, le=540, description="Deadline in seconds of one answer, all rounds together"
    )
    max_retries: Annotated[int, Env("MODEL_MAX_RETRIES")] = Field(
        ge=0, le=3, description="Retries of a request to a provider that is briefly unavailable"
    )
    reasoning_effort: Annotated[
        Literal["minimal", "low", "medium", "high"] | None, Env("MODEL_REASONING_EFFORT")
    ] = Field(description="Effort of reasoning models: `minimal`, `low`, `medium` or `high`")
    prices: Annotated[tuple[ModelPrice, ...], Env("MODEL_PRICES")] = Field(
        description="US dollars per million tokens, as `model=input/output`; for the logged cost of a request"
    )
    openai: OpenAISettings
    grok: GrokSettings
    azure_openai: AzureOpenAISettings

    def model_of(self, provider: str) -> str | None:
        """Returns the model that ``name`` sets for the provider; None for the model of its own section."""
        return self.name if provider == self.provider else None
