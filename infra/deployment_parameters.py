"""Reads the parameters of the deployment, with the values that azd gives them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PARAMETER_FILE: Final = Path(__file__).with_name("main.parameters.json")

_VARIABLE: Final = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?:=([^}]*))?\}")


def read_parameters(environ: Mapping[str, str], path: Path = PARAMETER_FILE) -> dict[str, object]:
    """Returns the values of ``main.parameters.json`` by name.

    Args:
        environ: Variables of the azd environment. As in azd, an empty variable takes the default after ``=``;
            a reference without a default becomes empty.
        path: Parameter file.
    """
    given = json.loads(path.read_text("utf-8"))["parameters"]
    return {name: _substituted(entry["value"], environ) for name, entry in given.items()}


def _substituted(value: object, environ: Mapping[str, str]) -> object:
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(lambda found: environ.get(found[1]) or found[2] or "", value)
