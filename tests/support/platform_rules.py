"""What Azure accepts and what the app needs there, as tables for tests of the deployment."""

from functools import cache
from pathlib import Path
from typing import Final

from shared.config.variables import CONTROLS, settings_variables

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
"""App settings that a Flex Consumption app refuses or ignores."""

SITE_CONFIG: Final = frozenset({"cors", "http20Enabled", "minTlsVersion", "scmMinTlsVersion"})
"""Properties of ``siteConfig`` that the template may send. Flex Consumption uses them; ``ftpsState``,
``linuxFxVersion`` and others are refused (github.com/Azure/terraform-azurerm-avm-res-web-site/pull/345)."""

READ_ON_PURPOSE: Final = (
    "APPLICATIONINSIGHTS_",
    "FUNCTIONS_CORETOOLS_ENVIRONMENT",
    "OTEL_",
    "PYTHON_APPLICATIONINSIGHTS_",
    "WEBSITE_",
)
"""Beginnings of names of the platform that the app reads as the platform means them."""

ROLES: Final = {
    "Microsoft.Storage/storageAccounts": {
        "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    },
    "Microsoft.KeyVault/vaults": {"Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6"},
    "Microsoft.Insights/components": {"Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb"},
    "Microsoft.CognitiveServices/accounts": {
        "Cognitive Services OpenAI User": "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
    },
}
"""Built-in roles that the app needs, by the type of resource they apply to."""

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
        "properties.functionAppConfig.runtime.name": "python",
        "properties.functionAppConfig.runtime.version": "3.13",
        "properties.functionAppConfig.deployment.storage.authentication.type": "UserAssignedIdentity",
        "properties.functionAppConfig.siteUpdateStrategy.type": "RollingUpdate",
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
        # createMode: recover fails as soon as the vault exists, which is from the second deployment on.
        "properties.createMode": None,
    },
    "Microsoft.Cache/redisEnterprise": {"properties.minimumTlsVersion": "1.2"},
    "Microsoft.Cache/redisEnterprise/databases": {
        "properties.accessKeysAuthentication": "Disabled",
        "properties.clientProtocol": "Encrypted",
    },
    "Microsoft.DocumentDB/mongoClusters": {"properties.authConfig.allowedModes": ["MicrosoftEntraID"]},
    "Microsoft.CognitiveServices/accounts": {"properties.disableLocalAuth": True},
    "Microsoft.Insights/components": {"properties.DisableLocalAuth": True},
    "Microsoft.OperationalInsights/workspaces": {"properties.features.disableLocalAuth": True},
}
"""Values of properties that matter for security or for the plan."""

NAMES: Final = {
    "Microsoft.OperationalInsights/workspaces": r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]",
    "Microsoft.ManagedIdentity/userAssignedIdentities": r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}",
    "Microsoft.Storage/storageAccounts": r"[a-z0-9]{3,24}",
    "Microsoft.KeyVault/vaults": r"[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]",
    "Microsoft.KeyVault/vaults/secrets": r"[A-Za-z0-9-]{1,127}",
    "Microsoft.Cache/redisEnterprise": r"(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*",
    # A guid, which has hyphens, is refused.
    "Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments": r"[A-Za-z0-9]{1,60}",
    "Microsoft.DocumentDB/mongoClusters": r"(?=.{3,40}$)[a-z0-9]+(-[a-z0-9]+)*",
    "Microsoft.CognitiveServices/accounts": r"[A-Za-z0-9][A-Za-z0-9-]{1,62}[A-Za-z0-9]",
    "Microsoft.Network/virtualNetworks": r"[A-Za-z0-9][A-Za-z0-9_.-]{1,63}",
    # Apps whose names have the same first 32 characters share a host id, and with it locks.
    "Microsoft.Web/sites": r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]",
}
"""Patterns of names that Azure accepts, by type."""

CLOSABLE: Final = (
    "Microsoft.Storage/storageAccounts",
    "Microsoft.KeyVault/vaults",
    "Microsoft.Cache/redisEnterprise",
    "Microsoft.DocumentDB/mongoClusters",
    "Microsoft.CognitiveServices/accounts",
)
"""Types that private endpoints close to the internet."""

_HOST_NAMES: Final = Path(__file__).with_name("host_setting_names.txt")


@cache
def reserved_by_host() -> frozenset[str]:
    """Returns the upper-case names of settings that the Functions host reads or writes itself."""
    lines = _HOST_NAMES.read_text("utf-8").splitlines()
    return frozenset(line.strip().upper() for line in lines if line.strip() and not line.startswith("#"))


def own_settings() -> set[str]:
    """Returns the names of all settings that the code defines."""
    return {control.variable for control in CONTROLS} | {one.env.variable for one in settings_variables()}
