"""Predicts what a set of azd variables would deploy."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from infra.deployment_parameters import read_parameters
from tests.support.bicep import LOCATION, BicepCompiler, Compilation, as_bicep

BASE: Final = {"AZURE_ENV_NAME": "snapshot", "AZURE_LOCATION": LOCATION, "OPENAI_LOCATION": "swedencentral"}
KEYS: Final = {
    "OPENAI_API_KEY": "secret-of-openai",
    "GROK_API_KEY": "secret-of-grok",
    "ALPHA_VANTAGE_API_KEY": "secret-of-alpha-vantage",
    "TIINGO_API_KEY": "secret-of-tiingo",
}
EVERYTHING: Final = {
    **KEYS,
    "AUTH_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
    "AUTH_ALLOWED_APPLICATIONS": "22222222-2222-4222-8222-222222222222",
    "AUTH_ALLOWED_PRINCIPALS": "33333333-3333-4333-8333-333333333333, 44444444-4444-4444-8444-444444444444",
    "APP_CORS_ORIGINS": "https://app.example.com, https://pro.openbb.co",
    "ALERT_EMAIL": "operator@example.com",
    "ALWAYS_READY_INSTANCES": "3",
    "ZONE_REDUNDANT": "true",
    "STORAGE_SKU": "Standard_ZRS",
    "REDIS_HIGH_AVAILABILITY": "true",
    "REDIS_LOCATION": "northeurope",
    "MONGO_TIER": "M30",
    "MONGO_HIGH_AVAILABILITY": "true",
    "DOCUMENTDB_LOCATION": "northeurope",
}
MINIMAL: Final = {
    "AZURE_OPENAI": "false",
    "PRIVATE_NETWORK": "false",
    "AVAILABILITY_TEST": "false",
    "MAXIMUM_INSTANCE_COUNT": "7",
    "INSTANCE_MEMORY_MB": "4096",
    "HTTP_CONCURRENCY": "9",
}
"""Neither Azure OpenAI nor a private network, and a scale of its own."""


@dataclass(frozen=True)
class Prediction:
    """Predicted resources of a deployment.

    Attributes:
        resources: Each as Resource Manager would get it; what only Azure knows is an expression in brackets.
        diagnostics: What could not be evaluated.
    """

    resources: tuple[dict[str, Any], ...]
    diagnostics: tuple[Any, ...]

    def of_type(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yields the resources of a type."""
        return (resource for resource in self.resources if resource["type"].lower() == kind.lower())

    def one(self, kind: str) -> dict[str, Any]:
        """Returns the only resource of a type."""
        [found] = self.of_type(kind)
        return found

    @cached_property
    def settings(self) -> dict[str, str]:
        """App settings of the Function App."""
        [found] = [
            resource
            for resource in self.of_type("Microsoft.Web/sites/config")
            if resource["name"].endswith("/appsettings")
        ]
        return dict(found["properties"])


class Deployment:
    """The templates of one folder, as azd would deploy them.

    Args:
        root: Folder with ``infra``: the repository, or a changed copy.
        compiler: Compiles the templates.
        scratch: Folder for a copy with the parameter files.
    """

    def __init__(self, root: Path, compiler: BicepCompiler, scratch: Path) -> None:
        self.root = root
        self._compiler = compiler
        self._folder = scratch / "infra"
        if not self._folder.exists():
            shutil.copytree(
                root / "infra", self._folder, ignore=shutil.ignore_patterns("__pycache__", "local")
            )

    @cached_property
    def compilation(self) -> Compilation:
        """The compiled template with the compiler's messages."""
        return self._compiler.compile(self._folder / "main.bicep")

    @property
    def template(self) -> dict[str, Any]:
        """The compiled template; empty when it does not compile."""
        return self.compilation.template

    @cached_property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Declared parameters by name, with type, default, bounds and metadata."""
        return dict(self.template["parameters"])

    def environment(self, name: str) -> dict[str, str]:
        """Returns the variables of ``infra/environments/<name>.env``."""
        lines = (self._folder / "environments" / f"{name}.env").read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    def predict(self, environ: Mapping[str, str]) -> Prediction:
        """Returns what azd would deploy with these variables.

        Raises:
            BicepError: The parameters or the template are invalid.
            ValueError: A value has not the type of its parameter; azd refuses it as well.
        """
        path = self._folder / "snapshot.bicepparam"
        values = read_parameters({**BASE, **environ}, self._folder / "main.parameters.json")
        lines = [f"param {name} = {as_bicep(self._as_azd(name, value))}\n" for name, value in values.items()]
        path.write_text("using 'main.bicep'\n" + "".join(lines), "utf-8")
        snapshot = self._compiler.snapshot(path)
        return Prediction(tuple(snapshot["predictedResources"]), tuple(snapshot["diagnostics"]))

    def json(self, path: str) -> Any:
        """Returns a JSON file of the deployment, by its path in the repository."""
        return json.loads((self.root / path).read_text("utf-8"))

    def _as_azd(self, name: str, value: object) -> object:
        """Converts text to the parameter's type, as azd does with values of variables."""
        kind = self.parameters.get(name, {}).get("type")
        if not isinstance(value, str) or kind not in ("bool", "int"):
            return value
        if kind == "int":
            return int(value)
        if value.lower() not in ("true", "false"):
            raise ValueError(f"{name}: {value!r} is neither true nor false")
        return value.lower() == "true"
