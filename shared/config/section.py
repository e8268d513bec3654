"""What all sections of the settings are made of."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True)
class Env:
    """Marks the environment variable that sets a field.

    Attributes:
        variable: Name of the variable.
        secret: Whether its value is a key or password, or a URI that may carry one.
        vault: Whether it is read from Key Vault (under the same name with hyphens).
    """

    variable: str
    secret: bool = False
    vault: bool = False


class Section(BaseModel):
    """Base of all sections: frozen, and an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True, defer_build=True
    )
