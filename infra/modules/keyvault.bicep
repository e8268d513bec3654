// Keeps the keys of third parties. The app reads them through references in its settings, by its role
// (roles.bicep); there are no access policies.

@description('Name of the vault: 3 to 24 letters, digits and hyphens.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Whether the vault is reached from outside the virtual network too (with Entra ID all the same).')
param publicAccess bool

@description('Bring back the vault of an environment that was deleted: purge protection keeps its name taken for 90 days.')
param recover bool

@description('Names of the settings whose keys are given; each is a property of keys.')
param keyNames array

@description('The keys by name of setting.')
@secure()
param keys object

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
    createMode: recover ? 'recover' : 'default'
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

// Names in a vault take no underscore. Written by Resource Manager, so that a closed network is no obstacle.
resource secrets 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = [
  for keyName in keyNames: {
    parent: vault
    name: replace(keyName, '_', '-')
    tags: tags
    properties: {
      value: keys[keyName]
      contentType: 'text/plain'
    }
  }
]

output id string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri
