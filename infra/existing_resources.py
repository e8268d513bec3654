"""Finds resources of earlier deployments with which a deployment would fail.

An Azure OpenAI account and a Key Vault of a deleted environment keep their names (soft delete); a cache that
could not be created must be deleted before the next attempt; a storage account cannot change its redundancy;
the storage of a database cannot shrink.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any, Final

from infra.findings import Finding
from infra.management import DeploymentError, NotYetError, request, wait_for

_SECONDS: Final = 30.0
_MAX_PAGES: Final = 50
_VERSIONS: Final = {
    "Microsoft.KeyVault/deletedVaults": "2024-11-01",
    "Microsoft.CognitiveServices/deletedAccounts": "2025-06-01",
    "Microsoft.Cache/redisEnterprise": "2025-07-01",
    "Microsoft.Storage/storageAccounts": "2025-06-01",
    "Microsoft.DocumentDB/mongoClusters": "2025-09-01",
}
_FINAL: Final = (401, 403)


def check_existing(
    root: str, headers: Mapping[str, str], parameters: Mapping[str, object], pause: float
) -> list[Finding]:
    """Returns the obstacles to a deployment.

    Args:
        root: Address of the subscription in Azure Resource Manager.
        headers: Headers with a token.
        parameters: Values of ``main.parameters.json`` by name.
        pause: Seconds before a request is repeated.
    """
    name = str(parameters["environmentName"])
    group = f"rg-{name}"
    azure = _Listing(root, headers, pause)
    here, elsewhere = _deleted_vaults(azure, name, str(parameters["location"]))
    return [
        *_vaults_to_recover(here, group),
        *_deleted_accounts(azure, name, group, {_token_of(vault) for vault in elsewhere}),
        *_failed_caches(azure, group),
        *_storage_redundancy(azure, group, parameters),
        *_smaller_database(azure, group, parameters),
    ]


class _Listing:
    """Lists resources of the subscription or of a resource group."""

    def __init__(self, root: str, headers: Mapping[str, str], pause: float) -> None:
        self._root = root
        self._headers = headers
        self._pause = pause

    def of(self, kind: str, group: str = "") -> list[dict[str, Any]]:
        """Returns the resources of a type; none where the account may not list them."""
        scope = f"{self._root}/resourceGroups/{group}" if group else self._root
        url = f"{scope}/providers/{kind}?api-version={_VERSIONS[kind]}"
        resources: list[dict[str, Any]] = []
        for _ in range(_MAX_PAGES):
            try:
                page = wait_for(kind, _SECONDS, partial(self._page, url), self._pause)
            except DeploymentError:
                # A check that cannot run must not stop a deployment that may succeed.
                break
            resources += page.get("value") or []
            url = str(page.get("nextLink") or "")
            # The token is for the address that was asked alone.
            if not url.startswith(f"{self._root}/"):
                break
        return resources

    def _page(self, url: str) -> dict[str, Any]:
        answer = request("GET", url, self._headers)
        if answer.status == 200:
            return answer.body
        if answer.status == 404:
            return {}
        if answer.status in _FINAL:
            raise DeploymentError(answer.describe())
        raise NotYetError(answer.describe())


def _deleted_vaults(
    azure: _Listing, name: str, location: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Returns the deleted vaults of an environment: those of its present region, and those of others."""
    here: list[dict[str, Any]] = []
    elsewhere: list[dict[str, Any]] = []
    for vault in azure.of("Microsoft.KeyVault/deletedVaults"):
        properties = vault.get("properties") or {}
        if (properties.get("tags") or {}).get("azd-env-name") == name:
            (here if properties.get("location") == location else elsewhere).append(vault)
    return here, elsewhere


def _token_of(resource: Mapping[str, Any]) -> str:
    """Returns the hash in a name: of subscription, environment and region, so another region has another."""
    return str(resource["name"]).partition("-")[2]


def _vaults_to_recover(vaults: list[dict[str, Any]], group: str) -> Iterator[Finding]:
    for vault in vaults:
        name, location = vault["name"], vault["properties"]["location"]
        yield Finding(
            f"the Key Vault {name} of this environment is deleted and keeps its name: recover it with "
            f"`az group create --name {group} --location {location}` and "
            f"`az keyvault recover --name {name} --location {location}`"
        )


def _deleted_accounts(
    azure: _Listing, name: str, group: str, tokens_elsewhere: Collection[str]
) -> Iterator[Finding]:
    for account in azure.of("Microsoft.CognitiveServices/deletedAccounts"):
        if (account.get("tags") or {}).get("azd-env-name") != name:
            continue
        if _token_of(account) in tokens_elsewhere:
            # The vault with the same hash shows an earlier region: the new account has another name.
            continue
        place = f"--name {account['name']} --resource-group {group} --location {account.get('location')}"
        yield Finding(
            f"the Azure OpenAI account {account['name']} of this environment is deleted and keeps its name: "
            f"restore it with `az group create --name {group} --location {account.get('location')}` and "
            f"`az cognitiveservices account recover {place}`, or remove it with "
            f"`az cognitiveservices account purge {place}`"
        )


def _failed_caches(azure: _Listing, group: str) -> Iterator[Finding]:
    for cache in azure.of("Microsoft.Cache/redisEnterprise", group):
        properties = cache.get("properties") or {}
        states = {properties.get("provisioningState"), properties.get("resourceState")}
        if states & {"Failed", "CreateFailed"}:
            yield Finding(
                f"the cache {cache['name']} could not be created, and a deployment does not repair it: "
                f"delete it with `az redisenterprise delete --cluster-name {cache['name']} "
                f"--resource-group {group}`; if the region {cache.get('location')} has no capacity, "
                "set REDIS_LOCATION"
            )


def _storage_redundancy(azure: _Listing, group: str, parameters: Mapping[str, object]) -> Iterator[Finding]:
    wanted = str(parameters["storageSku"])
    for account in azure.of("Microsoft.Storage/storageAccounts", group):
        current = str((account.get("sku") or {}).get("name", wanted))
        if account["name"].startswith("st") and current != wanted:
            yield Finding(
                f"the storage account {account['name']} is {current} and a deployment cannot change it to "
                f"{wanted}: keep STORAGE_SKU {current}, convert it with `az storage account migration start "
                f"--account-name {account['name']} --resource-group {group} --sku {wanted} --name default`, "
                "or create a new environment"
            )


def _smaller_database(azure: _Listing, group: str, parameters: Mapping[str, object]) -> Iterator[Finding]:
    wanted = int(str(parameters["mongoStorageGb"]))
    for cluster in azure.of("Microsoft.DocumentDB/mongoClusters", group):
        current = ((cluster.get("properties") or {}).get("storage") or {}).get("sizeGb")
        if isinstance(current, int) and current > wanted:
            yield Finding(
                f"the database {cluster['name']} has {current} GB of storage, which a deployment cannot "
                f"reduce: set MONGO_STORAGE_GB {current}, or create a new environment"
            )
