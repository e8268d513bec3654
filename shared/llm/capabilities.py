"""What each family of models can be asked for.

From the providers' documentation: reasoning models refuse ``temperature`` and take ``reasoning_effort``. A
model that is not listed is asked for everything; a parameter it refuses is left out from then on.
"""

from shared.llm.base_model_client import Capabilities

_GENERAL = Capabilities()
_REASONING = Capabilities(temperature=False, reasoning_effort=True)

_FAMILIES = (
    ("gpt-5", _REASONING),
    ("o1", _REASONING),
    ("o3", _REASONING),
    ("o4", _REASONING),
)


def capabilities_of(model: str) -> Capabilities:
    """The capabilities of a model by its name."""
    return next((found for prefix, found in _FAMILIES if model.startswith(prefix)), _GENERAL)
