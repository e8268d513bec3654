"""What must hold of everything that is deployed: each rule yields a sentence for what breaks it.

The rules look at the syntax trees of ``infra/**/*.bicep`` and at the files around them, so that a mutated
copy can be judged just as the real ones are.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml
from tree_sitter import Node

from infra.local.schedule import Schedule
from shared.config.variables import CONTROLS, settings_variables
from tests.support.bicep import (
    BicepFile,
    Block,
    Parameter,
    at,
    line_of,
    plain,
    properties,
    references,
    text_of,
    walk,
)
from tests.support.host import REPOSITORY

REFUSED_BY_FLEX: Final = frozenset(
    {
        "AZUREWEBJOBSDASHBOARD",
        "ENABLE_ORYX_BUILD",
        "FUNCTIONS_EXTENSION_VERSION",
        "FUNCTIONS_MAX_HTTP_CONCURRENCY",
        "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED",
        "FUNCTIONS_WORKER_PROCESS_COUNT",
        "FUNCTIONS_WORKER_RUNTIME",
        "FUNCTIONS_WORKER_RUNTIME_VERSION",
        "SCM_DO_BUILD_DURING_DEPLOYMENT",
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
        "WEBSITE_CONTENTOVERVNET",
        "WEBSITE_CONTENTSHARE",
        "WEBSITE_DNS_SERVER",
        "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
        "WEBSITE_MOUNT_ENABLED",
        "WEBSITE_NODE_DEFAULT_VERSION",
        "WEBSITE_RUN_FROM_PACKAGE",
        "WEBSITE_SKIP_CONTENTSHARE_VALIDATION",
        "WEBSITE_TIME_ZONE",
        "WEBSITE_VNET_ROUTE_ALL",
    }
)
"""Settings that a Flex Consumption app refuses or ignores."""

ROLES: Final = {
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Cognitive Services OpenAI User": "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
}
"""The built-in roles the app needs, and none besides."""

SECURED: Final[dict[str, dict[str, object]]] = {
    "Microsoft.Web/serverfarms": {
        "sku.name": "FC1",
        "sku.tier": "FlexConsumption",
        "properties.reserved": True,
    },
    "Microsoft.Web/sites": {
        "kind": "functionapp,linux",
        "identity.type": "UserAssigned",
        "properties.httpsOnly": True,
        "properties.siteConfig.minTlsVersion": "1.2",
        "properties.siteConfig.scmMinTlsVersion": "1.2",
        "properties.siteConfig.ftpsState": "Disabled",
        "properties.functionAppConfig.runtime.name": "python",
        "properties.functionAppConfig.runtime.version": "3.13",
        "properties.functionAppConfig.deployment.storage.authentication.type": "UserAssignedIdentity",
    },
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": {"properties.allow": False},
    "Microsoft.Storage/storageAccounts": {
        "properties.allowSharedKeyAccess": False,
        "properties.allowBlobPublicAccess": False,
        "properties.minimumTlsVersion": "TLS1_2",
        "properties.supportsHttpsTrafficOnly": True,
    },
    "Microsoft.KeyVault/vaults": {
        "properties.enableRbacAuthorization": True,
        "properties.enablePurgeProtection": True,
        "properties.enableSoftDelete": True,
    },
    "Microsoft.Cache/redisEnterprise": {"properties.minimumTlsVersion": "1.2"},
    "Microsoft.Cache/redisEnterprise/databases": {
        "properties.accessKeysAuthentication": "Disabled",
        "properties.clientProtocol": "Encrypted",
    },
    # Azure takes letters and digits alone: a guid is refused.
    "Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments": {
        "name": "uniqueString(principalId)"
    },
    "Microsoft.DocumentDB/mongoClusters": {"properties.authConfig.allowedModes": ["MicrosoftEntraID"]},
    "Microsoft.CognitiveServices/accounts": {"properties.disableLocalAuth": True},
    "Microsoft.Insights/components": {"properties.DisableLocalAuth": True},
    "Microsoft.OperationalInsights/workspaces": {"properties.features.disableLocalAuth": True},
}
"""Where a property's value is a matter of security or of the plan: it stands in the file, as a literal."""

NAMES: Final = {
    "monitoring": r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]",
    "identity": r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}",
    "storage": r"[a-z0-9]{3,24}",
    "keyvault": r"[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]",
    "redis": r"(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*",
    "documentdb": r"(?=.{3,40}$)[a-z0-9]+(-[a-z0-9]+)*",
    "openai": r"[A-Za-z0-9][A-Za-z0-9-]{1,62}[A-Za-z0-9]",
    "network": r"[A-Za-z0-9][A-Za-z0-9_.-]{1,63}",
    # Longer, and the host of another app with the same first 32 characters would share its locks.
    "functionapp": r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]",
}
"""What Azure takes as the name of what a module makes."""

CLOSABLE: Final = (
    "Microsoft.Storage/storageAccounts",
    "Microsoft.KeyVault/vaults",
    "Microsoft.Cache/redisEnterprise",
    "Microsoft.DocumentDB/mongoClusters",
    "Microsoft.CognitiveServices/accounts",
)
"""What private endpoints close to the outside."""

_SECRET_NAMES: Final = re.compile(
    r"list\w*|connectionstrings?|instrumentationkey|\w*password\w*|\w*secret\w*|\w*apikeys?|\w*accesskeys?|key[12s]?"
    r"|primarykey|secondarykey|primarymasterkey|sas\w*|token\w+",
    re.IGNORECASE,
)
_SECRET_SETTINGS: Final = re.compile(r"KEY$|PASSWORD$|SECRET$|TOKEN$")
_DEFAULT: Final = re.compile(r"\$\{(\w+)(?:=([^}]*))?\}")


@dataclass(frozen=True)
class Deployment:
    """The files that make a deployment, in the repository or in a copy of it."""

    root: Path

    @cached_property
    def files(self) -> dict[str, BicepFile]:
        """Every Bicep file by its path within ``infra``."""
        folder = self.root / "infra"
        return {
            path.relative_to(folder).as_posix(): BicepFile(path) for path in sorted(folder.rglob("*.bicep"))
        }

    @property
    def main(self) -> BicepFile:
        return self.files["main.bicep"]

    def resources(self, kind: str | None = None) -> Iterator[tuple[str, Block]]:
        """Every resource that is made, of a type, with its file."""
        for name, file in self.files.items():
            for block in file.resources:
                if not block.existing and kind in (None, block.what.partition("@")[0]):
                    yield name, block

    def json(self, path: str) -> Any:
        return json.loads((self.root / path).read_text("utf-8"))

    def yaml(self, path: str) -> Any:
        return yaml.safe_load((self.root / path).read_text("utf-8"))

    @cached_property
    def settings(self) -> dict[str, Node]:
        """The app settings with their values."""
        for _, block in self.resources("Microsoft.Web/sites/config"):
            if plain(properties(block.body).get("name")) == "appsettings":
                value = properties(block.body)["properties"]
                literals = [node for node in walk(value) if node.type == "object"]
                return properties(literals[0])
        return {}


Rule = Callable[[Deployment], Iterator[str]]


def findings(root: Path) -> list[str]:
    """Everything that is wrong; syntax first, and alone if there is something."""
    deployment = Deployment(root)
    syntax = [
        f"{name}:{line}: syntax" for name, file in deployment.files.items() for line in file.syntax_errors()
    ]
    return syntax or [finding for rule in RULES for finding in rule(deployment)]


def parameters_are_described_and_used(deployment: Deployment) -> Iterator[str]:
    """A parameter that nothing reads, or that nobody explains, is a mistake."""
    for name, file in deployment.files.items():
        used = file.names_used()
        for parameter in file.parameters.values():
            if "description" not in parameter.decorators:
                yield f"{name}: the parameter {parameter.name} has no description"
            if parameter.name not in used:
                yield f"{name}: nothing uses the parameter {parameter.name}"
        for variable in file.variables.keys() - used:
            yield f"{name}: nothing uses the variable {variable}"


def modules_get_what_they_declare(deployment: Deployment) -> Iterator[str]:
    """Modules are local; they get every parameter they need and none they do not know; outputs exist."""
    reached = {"main.bicep"}
    for name, file in deployment.files.items():
        for block in file.modules:
            path = (Path(name).parent / block.what).as_posix()
            reached.add(path)
            module = deployment.files.get(path)
            if module is None:
                yield f"{name}:{block.line}: there is no module {block.what}"
                continue
            params = at(block.body, "params")
            passed = set(properties(params)) if params else set()
            for extra in passed - module.parameters.keys():
                yield f"{name}:{block.line}: {block.what} has no parameter {extra}"
            needed = {one.name for one in module.parameters.values() if one.default is None}
            for missing in needed - passed:
                yield f"{name}:{block.line}: {block.what} needs the parameter {missing}"
            yield from _unknown_outputs(name, file, block.symbol, module)
    for unreached in deployment.files.keys() - reached:
        yield f"{unreached}: no file uses this module"


def _unknown_outputs(name: str, file: BicepFile, symbol: str, module: BicepFile) -> Iterator[str]:
    for node in walk(file.root):
        found = (
            re.fullmatch(rf"{symbol}!?\.outputs\.(\w+)", text_of(node))
            if node.type == "member_expression"
            else None
        )
        if found and found[1] not in module.outputs:
            yield f"{name}:{line_of(node)}: {symbol} has no output {found[1]}"


def names_are_declared(deployment: Deployment) -> Iterator[str]:
    """What an output or setting mentions stands somewhere in its file."""
    functions = {"environment", "subscription", "resourceGroup", "tenant"}
    for name, file in deployment.files.items():
        known = functions | file.parameters.keys() | file.variables.keys()
        known |= {block.symbol for block in (*file.resources, *file.modules)}
        for output, value in file.outputs.items():
            first = value
            while first.type == "member_expression":
                first = first.named_children[0]
            if first.type == "identifier" and text_of(first) not in known:
                yield f"{name}: the output {output} reads {text_of(first)}, which is nowhere"


def parameter_file_agrees(deployment: Deployment) -> Iterator[str]:
    """main.parameters.json gives what main.bicep declares, with the same defaults and no key in it."""
    declared = deployment.main.parameters
    given: dict[str, Any] = deployment.json("infra/main.parameters.json")["parameters"]
    for name in given.keys() ^ declared.keys():
        yield f"main.parameters.json and main.bicep do not both have {name}"
    for name in given.keys() & declared.keys():
        parameter, value = declared[name], given[name]["value"]
        variable = _DEFAULT.fullmatch(value) if isinstance(value, str) else None
        default = variable[2] if variable else value
        if parameter.default is not None and _written(default) != _written(plain(parameter.default)):
            yield f"main.parameters.json: {name} is {default!r}, in main.bicep {plain(parameter.default)!r}"
        if parameter.secure and not (variable and variable[2] == ""):
            yield f"main.parameters.json: the key {name} must come from the azd environment alone"


def _written(value: object) -> str:
    return "{}" if value == {} else str(value).lower() if isinstance(value, bool) else str(value)


def environments_are_valid(deployment: Deployment) -> Iterator[str]:
    """The sets for dev and prod name variables of main.parameters.json, with values their parameters take."""
    given = deployment.json("infra/main.parameters.json")["parameters"]
    values = {name: entry["value"] for name, entry in given.items() if isinstance(entry["value"], str)}
    by_variable = {found[1]: name for name, value in values.items() if (found := _DEFAULT.fullmatch(value))}
    folder = deployment.root / "infra/environments"
    if {path.stem for path in folder.glob("*.env")} != {"dev", "prod"}:
        yield "infra/environments must have dev.env and prod.env"
    for path in sorted(folder.glob("*.env")):
        for line in path.read_text("utf-8").splitlines():
            variable, separator, value = line.partition("=")
            if line.startswith("#") or not line:
                continue
            parameter = deployment.main.parameters.get(by_variable.get(variable, ""))
            if not separator or parameter is None:
                yield f"{path.name}: {variable} is no variable of main.parameters.json"
            elif parameter.secure:
                yield f"{path.name}: {variable} is a key"
            elif mistake := _mistake(parameter, value):
                yield f"{path.name}: {variable}={value}: {mistake}"


def _mistake(parameter: Parameter, value: str) -> str | None:
    allowed, least, most = parameter.limits()
    if parameter.kind == "bool" and value not in ("true", "false"):
        return "neither true nor false"
    if parameter.kind == "int" and not re.fullmatch(r"-?\d+", value):
        return "no number"
    if allowed and value not in map(str, allowed):
        return f"not one of {allowed}"
    if (least is not None and int(value) < least) or (most is not None and int(value) > most):
        return f"not between {least} and {most}"
    return None


def settings_are_those_of_the_code(deployment: Deployment) -> Iterator[str]:
    """The code, main.bicep and the sample know the same settings; what is left out says why."""
    known = {control.variable for control in CONTROLS}
    known |= {variable.env.variable for variable in settings_variables()}
    document = deployment.yaml("infra/settings.yaml")
    listed = [name for group in document["left_out"] for name in group["names"]]
    local_only = set(document["local_only"])
    left = set(listed) | local_only
    host = document["host"]
    sample = set(deployment.json("local.settings.sample.json")["Values"])
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"settings.yaml: {name} stands twice"
    for group in document["left_out"]:
        if not group["why"]:
            yield f"settings.yaml: {group['names']} are left out for no reason"
    for name in sorted(left - known):
        yield f"settings.yaml: the code knows no {name}"
    for where, present, own in (
        ("functionapp.bicep", set(deployment.settings), set(host["azure"])),
        ("local.settings.sample.json", sample, set(host["local"])),
    ):
        for name in sorted(known - left - present):
            yield f"{where}: {name} is not set, and settings.yaml does not say why"
        for name in sorted(
            present & (left - (local_only if where == "local.settings.sample.json" else set()))
        ):
            yield f"{where}: {name} is set, though settings.yaml says it is left out"
        for name in sorted(present - known - own):
            yield f"{where}: nothing reads {name}"
        for name in sorted(own - present):
            yield f"{where}: {name} is missing"


def settings_are_accepted(deployment: Deployment) -> Iterator[str]:
    """None that Flex Consumption refuses, no key in clear, identity everywhere."""
    document = deployment.yaml("infra/settings.yaml")
    for name, value in deployment.settings.items():
        if name.upper() in REFUSED_BY_FLEX:
            yield f"functionapp.bicep: Flex Consumption refuses {name}"
        if _SECRET_SETTINGS.search(name) and not text_of(value).startswith(
            f"keyReference(vaultUri, keyNames, '{name}')"
        ):
            yield f"functionapp.bicep: {name} must be a reference to the vault"
    for name in document["host"]["azure"]:
        if name.upper() in REFUSED_BY_FLEX:
            yield f"settings.yaml: Flex Consumption refuses {name}"
    for name, wanted in (
        ("CONFIG_ENV_OVERRIDE_MODE", "all"),
        ("MONGODB_AUTH", "entra"),
        ("REDIS_AUTH", "entra"),
        ("REDIS_SSL", "true"),
        ("MONGODB_TLS", "true"),
        ("AzureWebJobsStorage__credential", "managedidentity"),
    ):
        if plain(deployment.settings.get(name)) != wanted:
            yield f"functionapp.bicep: {name} must be {wanted!r}"


def schedules_have_values(deployment: Deployment) -> Iterator[str]:
    """Without a value for a timer's %NAME% the whole app does not start."""
    sources = "\n".join(
        path.read_text("utf-8") for path in sorted((deployment.root / "functions").glob("*.py"))
    )
    names = re.findall(r'schedule="%(\w+)%"', sources)
    if not names:
        yield "functions/: no timer takes its schedule from a setting"
    sample = deployment.json("local.settings.sample.json")["Values"]
    for name in names:
        setting = deployment.settings.get(name)
        parameter = deployment.main.parameters.get(text_of(setting)) if setting else None
        for where, value in (
            ("main.bicep", plain(parameter.default) if parameter else None),
            ("local.settings.sample.json", sample.get(name)),
        ):
            try:
                Schedule(str(value or ""))
            except ValueError as error:
                yield f"{where}: {name} is no schedule: {error}"


def outputs_hold_no_secret(deployment: Deployment) -> Iterator[str]:
    """Outputs are kept in the deployment's history, for everybody who may read it."""
    for name, file in deployment.files.items():
        secure = {parameter.name for parameter in file.parameters.values() if parameter.secure}
        secure |= {variable for variable, value in file.variables.items() if references(value) & secure}
        for output, value in file.outputs.items():
            for word in sorted(references(value) | {output}):
                if word in secure or _SECRET_NAMES.fullmatch(word):
                    yield f"{name}: the output {output} gives {word} away"
            if name == "main.bicep" and not re.fullmatch(r"[A-Z][A-Z0-9_]*", output):
                yield f"{name}: the output {output} is not in capitals"


def resources_are_secured(deployment: Deployment) -> Iterator[str]:
    """TLS, HTTPS, no keys and no passwords, the plan, as literals."""
    for kind, wanted in SECURED.items():
        found = list(deployment.resources(kind))
        if not found:
            yield f"there is no {kind}"
        for name, block in found:
            for path, value in wanted.items():
                if plain(at(block.body, path)) != value:
                    yield f"{name}:{block.line}: {path} of {kind} must be {value!r}"
    for name, file in deployment.files.items():
        for node in walk(file.root):
            if node.type == "string" and "http://" in text_of(node):
                yield f"{name}:{line_of(node)}: http:// is not encrypted"


def network_is_private_by_default(deployment: Deployment) -> Iterator[str]:
    """Services that can be closed to the outside are, unless somebody says otherwise."""
    if plain(deployment.main.parameters["privateNetwork"].default) is not True:
        yield "main.bicep: privateNetwork must be true by default"
    for kind in CLOSABLE:
        for name, block in deployment.resources(kind):
            access = at(block.body, "properties.publicNetworkAccess")
            if plain(access) != "publicAccess ? 'Enabled' : 'Disabled'":
                yield f"{name}:{block.line}: publicNetworkAccess of {kind} must follow publicAccess"
    for block in deployment.main.modules:
        access = at(block.body, "params.publicAccess")
        if access is not None and text_of(access) != "!privateNetwork":
            yield f"main.bicep:{block.line}: publicAccess of {block.what} must be !privateNetwork"


def roles_come_from_one_table(deployment: Deployment) -> Iterator[str]:
    """What the identity may do stands in roles.bicep, and is the least there is."""
    guid = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
    for name, file in deployment.files.items():
        if name != "modules/roles.bicep" and guid.search(text_of(file.root)):
            yield f"{name}: the id of a role belongs into the table of roles.bicep"
    for name, block in deployment.resources("Microsoft.Authorization/roleAssignments"):
        if name != "modules/roles.bicep":
            yield f"{name}:{block.line}: roles are assigned in roles.bicep"
        scope = properties(block.body).get("scope")
        if (
            scope is None
            or text_of(properties(block.body)["name"]) != f"guid({text_of(scope)}.id, principalId, role.id)"
        ):
            yield f"{name}:{block.line}: the name must be made of scope, identity and role"
        if plain(at(block.body, "properties.principalType")) != "ServicePrincipal":
            yield f"{name}:{block.line}: principalType must be ServicePrincipal"
    table = deployment.files["modules/roles.bicep"].variables["roles"]
    rows = [properties(node) for node in walk(table) if node.type == "object" and "id" in properties(node)]
    assigned = {str(plain(row["name"])): plain(row["id"]) for row in rows}
    for role, role_id in assigned.items():
        if ROLES.get(role) != role_id:
            yield f"roles.bicep: {role} ({role_id}) is none of the roles the app needs"
    for missing in sorted(ROLES.keys() - assigned.keys()):
        yield f"roles.bicep: {missing} is missing"


def azd_finds_its_service(deployment: Deployment) -> Iterator[str]:
    """azd deploys to what carries its tags."""
    services: dict[str, Any] = deployment.yaml("azure.yaml")["services"]
    tagged = plain(deployment.main.variables["serviceName"])
    if list(services) != [tagged]:
        yield f"azure.yaml deploys {list(services)}, main.bicep tags {tagged!r}"
    for service in services.values():
        if (service.get("language"), service.get("host")) != ("python", "function"):
            yield "azure.yaml: a service must be language: python, host: function"
    [(_, site)] = deployment.resources("Microsoft.Web/sites")
    if text_of(properties(site.body)["tags"]) != "union(tags, { 'azd-service-name': serviceName })":
        yield "functionapp.bicep: the site must carry the tag azd-service-name"
    if "'azd-env-name': environmentName" not in text_of(deployment.main.variables["allTags"]):
        yield "main.bicep: everything must carry the tag azd-env-name"
    for name, block in deployment.resources():
        own = properties(block.body)
        if "location" in own and "tags" not in own:
            yield f"{name}:{block.line}: {block.what} has no tags"


def scale_is_bounded(deployment: Deployment) -> Iterator[str]:
    """Concurrency is set (Python's own is 1), and no higher than the host allows."""
    [(name, site)] = deployment.resources("Microsoft.Web/sites")
    scale = "properties.functionAppConfig.scaleAndConcurrency"
    for path, wanted in (
        ("maximumInstanceCount", "maximumInstanceCount"),
        ("instanceMemoryMB", "instanceMemoryMB"),
        ("triggers.http.perInstanceConcurrency", "httpConcurrency"),
    ):
        if plain(at(site.body, f"{scale}.{path}")) != wanted:
            yield f"{name}: {path} must be the parameter {wanted}"
    most = deployment.main.parameters["httpConcurrency"].limits()[2]
    host = deployment.json("host.json")["extensions"]["http"]["maxConcurrentRequests"]
    if most is None or most > host:
        yield f"main.bicep: httpConcurrency may be {most}, the host takes {host}"
    if at(site.body, "properties.siteConfig.healthCheckPath") is not None:
        yield f"{name}: Flex Consumption has no healthCheckPath"


def names_are_taken(deployment: Deployment) -> Iterator[str]:
    """Names have a length and an alphabet, each kind of resource its own."""
    for block in deployment.main.modules:
        params = at(block.body, "params")
        given = properties(params) if params else {}
        pattern = NAMES.get(Path(block.what).stem)
        for parameter, value in given.items():
            if pattern is None or not text_of(value).endswith("${token}'"):
                continue
            name = text_of(value).strip("'").replace("${token}", "a1b2c3d4e5f6g")
            if not re.fullmatch(pattern, name):
                yield f"main.bicep:{block.line}: {parameter} of {block.what} may not be {name}"


def alerts_watch_what_the_app_tells(deployment: Deployment) -> Iterator[str]:
    """An alert on a metric that nothing sends would never fire."""
    told = set(
        re.findall(r'"(app\.[a-z_.]+)"', (REPOSITORY / "shared/observability/metrics.py").read_text("utf-8"))
    )
    rules = deployment.files["modules/alerts.bicep"].variables["rules"].named_children
    alerts = {
        str(plain(properties(rule)["name"])): properties(rule) for rule in rules if rule.type == "object"
    }
    for name in ("failures", "timer-not-run", "redis-down", "mongodb-down"):
        if name not in alerts:
            yield f"alerts.bicep: there is no alert {name}"
    for name, alert in alerts.items():
        metric = str(plain(alert["metric"]))
        ours = plain(alert["namespace"]) == "appMetrics"
        if ours != metric.startswith("app.") or (ours and metric not in told):
            yield f"alerts.bicep: {name} watches {metric}, which nothing sends"


def types_have_one_version(deployment: Deployment) -> Iterator[str]:
    """Two API versions of one type are two truths."""
    versions: dict[str, set[str]] = {}
    for file in deployment.files.values():
        for block in file.resources:
            kind, _, version = block.what.partition("@")
            versions.setdefault(kind.lower(), set()).add(version)
    for kind, found in versions.items():
        if len(found) > 1:
            yield f"{kind} is used in the versions {', '.join(sorted(found))}"


RULES: Final[tuple[Rule, ...]] = (
    parameters_are_described_and_used,
    modules_get_what_they_declare,
    names_are_declared,
    parameter_file_agrees,
    environments_are_valid,
    settings_are_those_of_the_code,
    settings_are_accepted,
    schedules_have_values,
    outputs_hold_no_secret,
    resources_are_secured,
    network_is_private_by_default,
    roles_come_from_one_table,
    azd_finds_its_service,
    scale_is_bounded,
    names_are_taken,
    alerts_watch_what_the_app_tells,
    types_have_one_version,
)
