"""Rules for everything that is deployed: each yields one sentence per violation.

They read the resources that the Bicep compiler predicts and the files around the templates, so that a mutated
copy is judged like the repository.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from infra.local.schedule import Schedule
from shared.queue.message_queue import DEAD_LETTER_QUEUE, DELIVERY_QUEUE, MAX_DEQUEUE_COUNT
from shared.webhooks.delivery_worker import MAX_CONCURRENT
from tests.support.bicep import BicepError
from tests.support.host import REPOSITORY
from tests.support.platform_rules import (
    CLOSABLE,
    NAMES,
    REFUSED_BY_FLEX,
    ROLES,
    SECURED,
    SITE_CONFIG,
    own_settings,
    reserved_by_host,
)
from tests.support.predicted import EVERYTHING, MINIMAL, Deployment, Prediction

_SECRET_SETTINGS: Final = re.compile(r"KEY$|PASSWORD$|SECRET$|TOKEN$")
_DEFAULT: Final = re.compile(r"\$\{(\w+)(?:=([^}]*))?\}")


@dataclass(frozen=True)
class Predicted:
    """A deployment with the predictions that the rules read.

    Attributes:
        deployment: Templates and files.
        everything: All options on, with a private network.
        minimal: No Azure OpenAI, no private network.
        dev: ``dev.env``: with Azure OpenAI, without a private network.
        prod: ``prod.env``.
    """

    deployment: Deployment
    everything: Prediction
    minimal: Prediction
    dev: Prediction
    prod: Prediction

    @property
    def all(self) -> tuple[Prediction, ...]:
        """Every prediction."""
        return (self.everything, self.minimal, self.dev, self.prod)


Rule = Callable[[Predicted], Iterator[str]]


def findings(deployment: Deployment) -> list[str]:
    """Returns every violation; those that the compiler finds first, and alone if there are any."""
    # What is recent depends on the day, so that it is a warning and no violation.
    compiled = [
        str(found) for found in deployment.compilation.diagnostics if found.code != "use-recent-api-versions"
    ]
    if compiled:
        return compiled
    sets = {
        "everything": EVERYTHING,
        "minimal": MINIMAL,
        "dev": deployment.environment("dev"),
        "prod": deployment.environment("prod"),
    }
    predictions = {}
    for name, variables in sets.items():
        try:
            predictions[name] = deployment.predict(variables)
        except (BicepError, ValueError) as error:
            return [f"{name}: {error}"]
    predicted = Predicted(deployment, **predictions)
    return [finding for rule in RULES for finding in rule(predicted)]


def whole_template_is_predicted(predicted: Predicted) -> Iterator[str]:
    """Every resource can be evaluated before the deployment."""
    for prediction in predicted.all:
        yield from map(str, prediction.diagnostics)


def parameters_are_described(predicted: Predicted) -> Iterator[str]:
    """Every parameter says what it is; azd shows it in its prompt."""
    for name, parameter in predicted.deployment.parameters.items():
        if not parameter.get("metadata", {}).get("description"):
            yield f"main.bicep: the parameter {name} has no description"


def parameter_file_agrees(predicted: Predicted) -> Iterator[str]:
    """main.parameters.json gives what main.bicep declares, with the same defaults and no key."""
    declared = predicted.deployment.parameters
    given: dict[str, Any] = predicted.deployment.json("infra/main.parameters.json")["parameters"]
    for name in sorted(given.keys() ^ declared.keys()):
        yield f"main.parameters.json and main.bicep do not both have {name}"
    for name in sorted(given.keys() & declared.keys()):
        parameter, value = declared[name], given[name]["value"]
        variable = _DEFAULT.fullmatch(value) if isinstance(value, str) else None
        default = variable[2] if variable else value
        if "defaultValue" in parameter and _as_text(default) != _as_text(parameter["defaultValue"]):
            yield f"main.parameters.json: {name} is {default!r}, in main.bicep {parameter['defaultValue']!r}"
        if _is_secure(parameter) and not (variable and variable[2] == ""):
            yield f"main.parameters.json: the key {name} must come from the azd environment only"


def environments_are_valid(predicted: Predicted) -> Iterator[str]:
    """dev.env and prod.env name variables of main.parameters.json and no key."""
    deployment = predicted.deployment
    given = deployment.json("infra/main.parameters.json")["parameters"]
    values = {name: entry["value"] for name, entry in given.items() if isinstance(entry["value"], str)}
    by_variable = {found[1]: name for name, value in values.items() if (found := _DEFAULT.fullmatch(value))}
    for name in ("dev", "prod"):
        for variable in deployment.environment(name):
            parameter = deployment.parameters.get(by_variable.get(variable, ""))
            if parameter is None:
                yield f"{name}.env: {variable} is no variable of main.parameters.json"
            elif _is_secure(parameter):
                yield f"{name}.env: {variable} is a key"


def settings_are_those_of_the_code(predicted: Predicted) -> Iterator[str]:
    """The code, the template and the sample have the same settings, except those of settings.yaml."""
    document = _yaml(predicted, "infra/settings.yaml")
    left = {name for group in document["left_out"] for name in group["names"]}
    host = document["host"]
    sample = set(predicted.deployment.json("local.settings.sample.json")["Values"])
    for where, present, absent, own in (
        (
            "appsettings",
            set(predicted.everything.settings),
            left | set(document["local_only"]),
            host["azure"],
        ),
        ("local.settings.sample.json", sample, left, host["local"]),
    ):
        for name in sorted(own_settings() - absent - present):
            yield f"{where}: {name} is not set, and settings.yaml gives no reason"
        for name in sorted(present & absent):
            yield f"{where}: {name} is set, but settings.yaml leaves it out"
        for name in sorted(present - own_settings() - set(own)):
            yield f"{where}: nothing reads {name}"
        for name in sorted(set(own) - present):
            yield f"{where}: {name} is missing"
    if set(predicted.minimal.settings) != set(predicted.everything.settings):
        yield "appsettings: the names depend on the parameters"


def omissions_have_reasons(predicted: Predicted) -> Iterator[str]:
    """settings.yaml names each setting once, with a reason, and only settings that exist."""
    document = _yaml(predicted, "infra/settings.yaml")
    listed = [name for group in document["left_out"] for name in group["names"]]
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"settings.yaml: {name} is listed twice"
    for group in document["left_out"]:
        if not group["why"]:
            yield f"settings.yaml: {group['names']} are left out without a reason"
    for name in sorted({*listed, *document["local_only"]} - own_settings()):
        yield f"settings.yaml: the code knows no {name}"


def settings_are_accepted(predicted: Predicted) -> Iterator[str]:
    """Flex takes every setting, none has a name of the host, keys are references, the identity signs in."""
    platform = set(_yaml(predicted, "infra/settings.yaml")["host"]["azure"])
    for name, value in predicted.everything.settings.items():
        if name.upper() in REFUSED_BY_FLEX:
            yield f"appsettings: Flex Consumption refuses {name}"
        if name not in platform and name.upper() in reserved_by_host():
            yield f"appsettings: {name} is a name of the Functions host"
        vault = "format('@Microsoft.KeyVault(SecretUri={0}secrets/{1})', parameters('vaultUri'), "
        if _SECRET_SETTINGS.search(name) and (f"'{name}'), {vault}" not in value):
            yield f"appsettings: {name} must be a reference to the vault"
    for name, wanted in (
        ("CONFIG_ENV_OVERRIDE_MODE", "all"),
        ("MONGODB_AUTH", "entra"),
        ("REDIS_AUTH", "entra"),
        ("REDIS_SSL", "true"),
        ("MONGODB_TLS", "true"),
        ("AzureWebJobsStorage__credential", "managedidentity"),
    ):
        if predicted.everything.settings.get(name) != wanted:
            yield f"appsettings: {name} must be {wanted!r}"


def secrets_stay_in_the_vault(predicted: Predicted) -> Iterator[str]:
    """A key is a secret of the vault, and in no other property or output."""
    for prediction in predicted.all:
        for resource in prediction.resources:
            if "secret-of-" in json.dumps(resource):
                yield f"{resource['type']} {resource['name']} has a key in plain text"
    stored = {
        resource["name"].rpartition("/")[2]
        for resource in predicted.everything.of_type("Microsoft.KeyVault/vaults/secrets")
    }
    keys = {name.replace("_", "-") for name in predicted.everything.settings if _SECRET_SETTINGS.search(name)}
    if stored != keys:
        yield f"the vault has {sorted(stored)}, the settings refer to {sorted(keys)}"
    for name in predicted.deployment.template["outputs"]:
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            yield f"main.bicep: the output {name} is not in capitals"


def schedules_have_values(predicted: Predicted) -> Iterator[str]:
    """Without a value for a timer's %NAME% the whole app does not start."""
    folder = predicted.deployment.root / "functions"
    sources = "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
    sample = predicted.deployment.json("local.settings.sample.json")["Values"]
    for name in sorted(set(re.findall(r'"%(\w+)%"', sources))):
        for where, values in (
            ("appsettings", predicted.minimal.settings),
            ("local.settings.sample.json", sample),
        ):
            try:
                Schedule(str(values.get(name, "")))
            except ValueError as error:
                yield f"{where}: {name} is no schedule: {error}"


def resources_are_secured(predicted: Predicted) -> Iterator[str]:
    """TLS, HTTPS, neither keys nor passwords, and the plan."""
    for prediction in predicted.all:
        for kind, wanted in SECURED.items():
            found = list(prediction.of_type(kind))
            if not found and prediction is predicted.everything:
                yield f"there is no {kind}"
            for resource in found:
                for path, value in wanted.items():
                    if _at(resource, path) != value:
                        yield f"{path} of {kind} must be {value!r}"
        for resource in prediction.resources:
            if "http://" in json.dumps(resource):
                yield f"{resource['name']}: http:// is not encrypted"


def network_is_private_by_default(predicted: Predicted) -> Iterator[str]:
    """With the private network, which is the default, no store has a public endpoint."""
    if predicted.deployment.parameters["privateNetwork"].get("defaultValue") is not True:
        yield "main.bicep: privateNetwork must be true by default"
    for prediction, access in ((predicted.everything, "Disabled"), (predicted.dev, "Enabled")):
        for kind in CLOSABLE:
            for resource in prediction.of_type(kind):
                if _at(resource, "properties.publicNetworkAccess") != access:
                    yield f"publicNetworkAccess of {kind} must be {access} when privateNetwork requires it"
    endpoints = json.dumps(list(predicted.everything.of_type("Microsoft.Network/privateEndpoints")))
    for kind in CLOSABLE:
        for resource in predicted.everything.of_type(kind):
            if resource["id"] not in endpoints:
                yield f"{kind} has no private endpoint"


def roles_are_the_least(predicted: Predicted) -> Iterator[str]:
    """The identity has the roles the code needs, each on one resource, and no other."""
    assigned: set[tuple[str, str]] = set()
    for resource in predicted.everything.of_type("Microsoft.Authorization/roleAssignments"):
        # An expression where the name is only known at run time: [extensionResourceId('<id>', …]
        scope = re.split(
            r"'|/providers/Microsoft\.Authorization/", resource["id"].removeprefix("[extensionResourceId('")
        )[0]
        kind = "/".join(scope.rpartition("/providers/")[2].split("/")[:2])
        role = resource["properties"]["roleDefinitionId"].rpartition("/")[2].rstrip("')]")
        assigned.add((kind, role))
        if resource["properties"].get("principalType") != "ServicePrincipal":
            yield f"{resource['name']}: principalType must be ServicePrincipal"
        if ".principalId" not in resource["name"]:
            yield f"the name of the role {role} on {kind} must depend on the principal"
    wanted = {(kind, role) for kind, roles in ROLES.items() for role in roles.values()}
    for kind, role in sorted(assigned - wanted):
        yield f"the role {role} on {kind} is not needed"
    for kind, role in sorted(wanted - assigned):
        yield f"the role {role} on {kind} is missing"


def azd_finds_its_service(predicted: Predicted) -> Iterator[str]:
    """azd deploys to what carries its tags."""
    services: Mapping[str, Any] = _yaml(predicted, "azure.yaml")["services"]
    tags = predicted.everything.one("Microsoft.Web/sites")["tags"]
    if list(services) != [tags.get("azd-service-name")]:
        yield f"azure.yaml deploys {list(services)}, the site is tagged {tags.get('azd-service-name')!r}"
    for service in services.values():
        if (service.get("language"), service.get("host")) != ("python", "function"):
            yield "azure.yaml: a service must be language: python, host: function"
    for resource in predicted.everything.resources:
        if "location" in resource and resource.get("tags", {}).get("azd-env-name") != "snapshot":
            yield f"{resource['type']} has no tag azd-env-name"


def scale_is_bounded(predicted: Predicted) -> Iterator[str]:
    """Concurrency is set (Python's default is 1) and no higher than the host allows."""
    deployment = predicted.deployment
    site = predicted.minimal.one("Microsoft.Web/sites")
    scale = _at(site, "properties.functionAppConfig.scaleAndConcurrency")
    wanted = {"maximumInstanceCount": 7, "instanceMemoryMB": 4096, "triggers.http.perInstanceConcurrency": 9}
    for path, value in wanted.items():
        if _at(scale, path) != value:
            yield f"{path} must come from its parameter"
    most = deployment.parameters["httpConcurrency"]["maxValue"]
    host = deployment.json("host.json")["extensions"]["http"]["maxConcurrentRequests"]
    if most > host:
        yield f"httpConcurrency may be {most}, the host takes {host}"


def queues_agree(predicted: Predicted) -> Iterator[str]:
    """The queues exist, and host.json reads them as the code writes them, with explicit bounds."""
    queues = {
        resource["name"].rpartition("/")[2]
        for resource in predicted.everything.of_type("Microsoft.Storage/storageAccounts/queueServices/queues")
    }
    for name in sorted({DELIVERY_QUEUE, DEAD_LETTER_QUEUE} ^ queues):
        yield f"the queue {name} is not in the code and the template"
    host = predicted.deployment.json("host.json")["extensions"].get("queues", {})
    if host.get("messageEncoding") != "base64":
        yield "host.json: queues.messageEncoding must be base64, as the code writes messages"
    if host.get("maxDequeueCount") != MAX_DEQUEUE_COUNT:
        yield f"host.json: queues.maxDequeueCount must be {MAX_DEQUEUE_COUNT}, as in the code"
    concurrency = host.get("batchSize", 0) + host.get("newBatchThreshold", 0)
    if not {"batchSize", "newBatchThreshold"} <= host.keys() or concurrency > MAX_CONCURRENT:
        yield (
            "host.json: queues.batchSize and newBatchThreshold must be set, "
            f"together at most {MAX_CONCURRENT}"
        )


def site_has_what_flex_uses(predicted: Predicted) -> Iterator[str]:
    """Newer stamps refuse other site properties (ARM error 51021); cors is sent only with origins."""
    for prediction in predicted.all:
        config = prediction.one("Microsoft.Web/sites")["properties"]["siteConfig"]
        for name in sorted(config.keys() - SITE_CONFIG):
            yield f"siteConfig.{name} is not used by Flex Consumption"
    if "cors" in predicted.minimal.one("Microsoft.Web/sites")["properties"]["siteConfig"]:
        yield "siteConfig.cors is sent without origins"


def names_are_taken(predicted: Predicted) -> Iterator[str]:
    """Names have a length and an alphabet, which depend on the type."""
    for prediction in predicted.all:
        for resource in prediction.resources:
            pattern = NAMES.get(resource["type"])
            name = resource["name"].rpartition("/")[2]
            if pattern and not re.fullmatch(pattern, name):
                yield f"the name of {resource['type']} may not be {name}"


def alerts_watch_what_the_app_sends(predicted: Predicted) -> Iterator[str]:
    """An alert on a metric that nothing sends would never fire."""
    sent = set(
        re.findall(r'"(app\.[a-z_.]+)"', (REPOSITORY / "shared/observability/metrics.py").read_text("utf-8"))
    )
    rules = [
        resource
        for kind in ("metricAlerts", "scheduledQueryRules")
        for resource in predicted.everything.of_type(f"Microsoft.Insights/{kind}")
    ]
    names = {resource["name"].rpartition("-")[0] for resource in rules}
    wanted = {"failures", "host-down", "timer-not-run", "dead-letters", "redis-down", "mongodb-down"}
    for name in sorted(wanted - names):
        yield f"there is no alert {name}"
    for resource in rules:
        for metric in re.findall(r"app\.[a-z_.]+", json.dumps(resource["properties"]["criteria"])):
            if metric not in sent:
                yield f"{resource['name']} watches {metric}, which nothing sends"
        if not resource["properties"]["actions"]:
            yield f"{resource['name']} has no receiver"


def types_have_one_version(predicted: Predicted) -> Iterator[str]:
    """Two API versions of a type may behave differently."""
    versions: dict[str, set[str]] = {}
    for resource in predicted.everything.resources:
        versions.setdefault(resource["type"].lower(), set()).add(resource["apiVersion"])
    for path in sorted((predicted.deployment.root / "infra").rglob("*.bicep")):
        for kind, version in re.findall(r"'(Microsoft\.[\w/.]+)@([\w-]+)' existing", path.read_text("utf-8")):
            versions.setdefault(kind.lower(), set()).add(version)
    for kind, found in versions.items():
        if len(found) > 1:
            yield f"{kind} is used in the versions {', '.join(sorted(found))}"


RULES: Final[tuple[Rule, ...]] = (
    whole_template_is_predicted,
    parameters_are_described,
    parameter_file_agrees,
    environments_are_valid,
    settings_are_those_of_the_code,
    omissions_have_reasons,
    settings_are_accepted,
    secrets_stay_in_the_vault,
    schedules_have_values,
    resources_are_secured,
    network_is_private_by_default,
    roles_are_the_least,
    azd_finds_its_service,
    scale_is_bounded,
    queues_agree,
    site_has_what_flex_uses,
    names_are_taken,
    alerts_watch_what_the_app_sends,
    types_have_one_version,
)


def _yaml(predicted: Predicted, path: str) -> Any:
    return yaml.safe_load((predicted.deployment.root / path).read_text("utf-8"))


def _is_secure(parameter: Mapping[str, Any]) -> bool:
    return str(parameter.get("type")).startswith("secure")


def _as_text(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool | dict | list) else str(value)


def _at(value: Any, path: str) -> object:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
