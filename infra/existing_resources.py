"""Finds resources of earlier deployments with which a deployment would fail.

An Azure OpenAI account and a Key Vault of a deleted environment keep their names (soft delete); a cache that
could not be created must be deleted before the next attempt; a storage account cannot change its redundancy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    return [
        *_deleted_vaults(azure, name, group, parameters),
        *_deleted_accounts(azure, name, group),
        *_failed_caches(azure, group),
        *_storage_redundancy(azure, group, parameters),
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
    azure: _Listing, name: str, group: str, parameters: Mapping[str, object]
) -> Iterator[Finding]:
    for vault in azure.of("Microsoft.KeyVault/deletedVaults"):
        properties = vault.get("properties") or {}
        location = str(properties.get("location", ""))
        # Names contain a hash of the region: only a vault of the same region has the name of the new one.
        if (properties.get("tags") or {}).get("azd-env-name") == name and location == parameters["location"]:
            yield Finding(
                f"the Key Vault {vault['name']} of this environment is deleted and keeps its name: "
                f"recover it with `az group create --name {group} --location {location}` and "
                f"`az keyvault recover --name {vault['name']} --location {location}`"
            )


def _deleted_accounts(azure: _Listing, name: str, group: str) -> Iterator[Finding]:
    for account in azure.of("Microsoft.CognitiveServices/deletedAccounts"):
        if (account.get("tags") or {}).get("azd-env-name") != name:
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
