// Keeps the keys of third parties. The app reads them through references in its settings, by its role
// (roles.bicep); there are no access policies.

import { tagValues } from 'types.bicep'

@description('Name of the vault: 3 to 24 letters, digits and hyphens.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagValues

@description('Whether the vault is reached from outside the virtual network too (with Entra ID all the same).')
param publicAccess bool

@description('OpenAI key. Empty: not stored.')
@secure()
param openAiApiKey string

@description('Grok key. Empty: not stored.')
@secure()
param grokApiKey string

@description('Alpha Vantage key. Empty: not stored.')
@secure()
param alphaVantageApiKey string

@description('Tiingo key. Empty: not stored.')
@secure()
param tiingoApiKey string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: publicAccess ? 'Allow' : 'Deny'
    }
  }
}

// Secret names have no underscore: OPENAI_API_KEY is OPENAI-API-KEY. Resource Manager writes them, which works
// through a closed network too. The list is fixed and each entry has a condition, so that previews can predict it.
var secretNames = ['OPENAI-API-KEY', 'GROK-API-KEY', 'ALPHA-VANTAGE-API-KEY', 'TIINGO-API-KEY']
var secretValues = [openAiApiKey, grokApiKey, alphaVantageApiKey, tiingoApiKey]

resource secrets 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = [
  for (secretName, position) in secretNames: if (!empty(secretValues[position])) {
    parent: vault
    name: secretName
    tags: tags
    properties: {
      value: secretValues[position]
      contentType: 'text/plain'
    }
  }
]

output id string = vault.id
output uri string = vault.properties.vaultUri
