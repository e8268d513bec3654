"""Families of models and the parameters they take, from the providers' documentation.

Reasoning models reject ``temperature`` and ``max_tokens`` and take ``reasoning_effort``. A model that is not
listed gets every other parameter; those that it rejects are omitted from then on (see ``protocol_client``).
"""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from shared.llm.base_model_client import Capabilities

TokenParameter = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True)
class ModelFamily:
    """Models that take the same parameters.

    Attributes:
        capabilities: Features that the models support.
        token_parameter: Name of the parameter that bounds the tokens of an answer.
        reasoning: Whether the models reason before they answer, which takes time and tokens of its own.
        effort_with_tools: ``reasoning_effort`` of a request that offers tools: ``any``, ``omitted`` or
            ``none`` (the word is sent). With the last two the models do not reason.
        opens_reasoning_in_prompt: Whether a server without a reasoning parser sends the reasoning as text
            with only a closing ``</think>``, because the prompt template contains the opening one.
        has_channels: Whether the models write in the channels of GPT-OSS, whose marks some servers remove.
        signs_tool_calls: Whether the server refuses tool calls that come back without its signature.
    """

    capabilities: Capabilities
    token_parameter: TokenParameter
    reasoning: bool = False
    effort_with_tools: Literal["any", "omitted", "none"] = "any"
    opens_reasoning_in_prompt: bool = False
    has_channels: bool = False
    signs_tool_calls: bool = False


_GENERAL: Final = ModelFamily(Capabilities(), "max_completion_tokens")
_REASONING: Final = ModelFamily(
    Capabilities(temperature=False, reasoning_effort=True), "max_completion_tokens", reasoning=True
)
_UNKNOWN: Final = ModelFamily(Capabilities(), "max_tokens")
"""Every server knows the older name of the token parameter."""
_OPEN_REASONING: Final = replace(_UNKNOWN, reasoning=True)
"""Open models that reason: their servers take a temperature and mostly no effort."""

_FAMILIES: Final = (
    (r"gpt-5(\.\d+)?-chat", _GENERAL),
    # From GPT-5.4 on, chat completions refuses tools together with a reasoning effort. GPT-5.4 reasons only
    # if asked to; later models do by default, so that they refuse tools without the parameter as well:
    # github.com/openai/openai-openapi/issues/541, github.com/livekit/agents/pull/7169.
    (r"gpt-5\.4", replace(_REASONING, effort_with_tools="omitted")),
    (r"gpt-5\.[5-9]|gpt-[6-9]", replace(_REASONING, effort_with_tools="none")),
    (r"gpt-5|o[134](-|$)", _REASONING),
    (r"gpt-4o|gpt-4\.", _GENERAL),
    (r"gpt-4|gpt-3\.5", ModelFamily(Capabilities(structured_output=False), "max_tokens")),
    (r"grok-.*non-reasoning", _GENERAL),
    (
        r"grok-3-mini",
        ModelFamily(Capabilities(reasoning_effort=True), "max_completion_tokens", reasoning=True),
    ),
    (r"grok-([4-9]|code)", replace(_GENERAL, reasoning=True)),
    (r"grok-", _GENERAL),
    # Gemini 3 refuses a call without its signature: ai.google.dev/gemini-api/docs/thought-signatures.
    (r"gemini-(2\.5|[3-9])", replace(_OPEN_REASONING, signs_tool_calls=True)),
    (r".*non-reasoning|qwen3.*(instruct|coder)", _UNKNOWN),
    (r"deepseek-r1|.*r1-distill|qwq|.*-thinking", replace(_OPEN_REASONING, opens_reasoning_in_prompt=True)),
    (r"gpt-oss", replace(_OPEN_REASONING, has_channels=True)),
    (
        r"deepseek-reasoner|kimi-k(2\.[5-9]|[3-9])|qwen3|magistral|glm-(4\.[5-9]|[5-9])|minimax-m|.*reason",
        _OPEN_REASONING,
    ),
)


def family_of(model: str) -> ModelFamily:
    """Returns the family of a model by its name; the first that matches, from the most specific on.

    Args:
        model: Name of the model, with or without its maker (``openai/gpt-5-mini``, ``qwen3:8b``).
    """
    name = model.rpartition("/")[2].lower()
    return next((family for pattern, family in _FAMILIES if re.match(pattern, name)), _UNKNOWN)
