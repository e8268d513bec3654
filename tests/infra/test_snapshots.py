"""The predicted resources are those of the reviewed snapshots, and every parameter value can be deployed.

``UPDATE_SNAPSHOTS=1`` writes the snapshots again; the difference is reviewed with the change of the template.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.bicep import BicepError
from tests.support.predicted import EVERYTHING, MINIMAL, Deployment

FOLDER: Final = Path(__file__).parent / "snapshots"
SETS: Final[Mapping[str, Mapping[str, str] | None]] = {
    "dev": None,
    "prod": None,
    "minimal": MINIMAL,
    "everything": EVERYTHING,
}
"""Variables by name of the snapshot; None for those of infra/environments."""


@pytest.mark.parametrize("name", SETS)
def test_prediction_is_the_reviewed_one(name: str, deployment: Deployment) -> None:
    variables = SETS[name]
    prediction = deployment.predict(deployment.environment(name) if variables is None else variables)
    predicted = json.dumps(sorted(prediction.resources, key=_place), indent=1, sort_keys=True) + "\n"
    path = FOLDER / f"{name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(predicted, "utf-8")
    assert json.loads(predicted) == json.loads(path.read_text("utf-8")), (
        "the template deploys something else: review it, then run with UPDATE_SNAPSHOTS=1"
    )


def test_every_boolean_and_every_allowed_value_can_be_deployed(deployment: Deployment) -> None:
    tried = 0
    for variable, value in _values(deployment):
        try:
            prediction = deployment.predict({variable: value})
        except BicepError as error:
            raise AssertionError(f"{variable}={value}: {error}") from error
        assert prediction.diagnostics == (), f"{variable}={value}"
        assert prediction.settings, f"{variable}={value}"
        tried += 1
    assert tried > 40


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("AZURE_LOCATION", "moonbase", "location"),
        ("APP_ENV", "local", "appEnvironment"),
        ("INSTANCE_MEMORY_MB", "1024", "instanceMemoryMB"),
        ("MAXIMUM_INSTANCE_COUNT", "0", "maximumInstanceCount"),
        ("HTTP_CONCURRENCY", "201", "httpConcurrency"),
        ("STORAGE_SKU", "Standard_GRS", "storageSku"),
        ("MODEL_PROVIDER", "offline", "modelProvider"),
        ("MONGO_STORAGE_GB", "16", "mongoStorageGb"),
        ("PRIVATE_NETWORK", "maybe", "privateNetwork"),
        ("ALWAYS_READY_INSTANCES", "two", "invalid literal for int"),
    ],
)
def test_value_that_is_not_allowed_is_refused_by_name(
    variable: str, value: str, says: str, deployment: Deployment
) -> None:
    with pytest.raises((BicepError, ValueError), match=says):
        deployment.predict({variable: value})


def _values(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Yields each variable with each value that its parameter allows."""
    given = deployment.json("infra/main.parameters.json")["parameters"]
    for name, parameter in deployment.parameters.items():
        written = str(given[name]["value"])
        if not written.startswith("${"):
            continue
        variable = written[2:-1].partition("=")[0]
        allowed = parameter.get("allowedValues", [])
        for value in ["true", "false"] if parameter.get("type") == "bool" else allowed:
            yield variable, str(value)


def _place(resource: Mapping[str, Any]) -> tuple[str, str]:
    return str(resource["type"]), str(resource["id"])
