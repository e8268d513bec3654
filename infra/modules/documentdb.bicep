// Azure DocumentDB (with MongoDB compatibility): documents, candles and reports. Sign-in is by Entra ID only.

import { tagValues } from 'types.bicep'

@description('Name of the cluster: lower-case letters, digits and hyphens.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagValues

@description('Compute tier, for instance M10 (burstable) or M30.')
param tier string

@description('Gigabytes of storage.')
param storageGb int

@description('Whether a standby node, in another zone where there is one, takes over when the first fails.')
param highAvailability bool

@description('Whether the cluster is reached from other Azure services outside the virtual network too.')
param publicAccess bool

resource cluster 'Microsoft.DocumentDB/mongoClusters@2025-09-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    authConfig: { allowedModes: ['MicrosoftEntraID'] }
    compute: { tier: tier }
    storage: { sizeGb: storageGb }
    sharding: { shardCount: 1 }
    highAvailability: { targetMode: highAvailability ? 'ZoneRedundantPreferred' : 'Disabled' }
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    serverVersion: '8.0'
  }
}

// The address 0.0.0.0 means all addresses within Azure and no others.
resource azureServices 'Microsoft.DocumentDB/mongoClusters/firewallRules@2025-09-01' = if (publicAccess) {
  parent: cluster
  name: 'azure-services'
  properties: {
    startIpAddress: '0.0.0.0'
    endIpAddress: '0.0.0.0'
  }
}

output id string = cluster.id
@description('Address without user and password: the identity signs in.')
output uri string = 'mongodb+srv://${cluster.name}.mongocluster.cosmos.azure.com/?tls=true&retryWrites=false&maxIdleTimeMS=120000'
