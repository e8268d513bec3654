// Azure OpenAI with one deployment. It has no keys: the app's identity signs in (role in roles.bicep).

import { tagValues } from 'types.bicep'

@description('Name of the account, and first part of its address.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagValues

@description('Model; the deployment has its name.')
param model string

@description('Version of the model.')
param modelVersion string

@description('Deployment type.')
@allowed(['GlobalStandard', 'DataZoneStandard', 'Standard'])
param deploymentSku string

@description('Rate limit in thousands of tokens per minute.')
param capacity int

@description('Whether the account is reached from outside the virtual network too (with Entra ID all the same).')
param publicAccess bool

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: name
    disableLocalAuth: true
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny' }
  }
}

resource deployment 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = {
  parent: account
  name: model
  sku: {
    name: deploymentSku
    capacity: capacity
  }
  properties: {
    model: {
      format: 'OpenAI'
      name: model
      version: modelVersion
    }
    versionUpgradeOption: 'OnceCurrentVersionExpired'
  }
}

output id string = account.id
output endpoint string = account.properties.endpoint
output deployment string = deployment.name
