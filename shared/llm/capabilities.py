"""What each family of models can be asked for, by the providers' documentation.

Reasoning models refuse ``temperature`` and ``max_tokens`` and take ``reasoning_effort``. A model that is not
listed is asked for everything but that; what it refuses is left out from then on (see ``openai_protocol``).
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
        capabilities: What they can be asked for.
        token_parameter: What the bound on the answer's tokens is called.
        effort_with_tools: ``reasoning_effort`` of a request that offers tools: ``any``, ``omitted`` or
            ``none`` (the word is sent).
    """

    capabilities: Capabilities
    token_parameter: TokenParameter
    effort_with_tools: Literal["any", "omitted", "none"] = "any"


_GENERAL: Final = ModelFamily(Capabilities(), "max_completion_tokens")
_REASONING: Final = ModelFamily(
    Capabilities(temperature=False, reasoning_effort=True), "max_completion_tokens"
)
_UNKNOWN: Final = ModelFamily(Capabilities(), "max_tokens")
"""The older name is the one that every server of the protocol knows."""

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
    (r"grok-3-mini", ModelFamily(Capabilities(reasoning_effort=True), "max_completion_tokens")),
    (r"grok-", _GENERAL),
)


def family_of(model: str) -> ModelFamily:
    """The family of a model by its name; the first that matches, from the most to the least specific."""
    return next((family for pattern, family in _FAMILIES if re.match(pattern, model)), _UNKNOWN)
