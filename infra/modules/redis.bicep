// Azure Managed Redis: the cache that all instances share. Entra ID signs in; access keys are disabled.

import { tagValues } from 'types.bicep'

@description('Name of the cache.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagValues

@description('Size, for instance Balanced_B0 (0.5 GB).')
param skuName string

@description('Whether a replica takes over when the node fails.')
param highAvailability bool

@description('Whether the cache is reached from outside the virtual network too (with Entra ID and TLS all the same).')
param publicAccess bool

@description('Name of the identity that reads and writes; it names the assignment.')
param identityName string

@description('Object id of that identity.')
param principalId string

resource cache 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: skuName }
  properties: {
    highAvailability: highAvailability ? 'Enabled' : 'Disabled'
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2025-07-01' = {
  parent: cache
  name: 'default'
  properties: {
    accessKeysAuthentication: 'Disabled'
    clientProtocol: 'Encrypted'
    // One shard (up to 25 GB): the app's scripts and transactions touch several keys.
    clusteringPolicy: 'NoCluster'
    evictionPolicy: 'VolatileLRU'
    port: 10000
  }
}

resource access 'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments@2025-07-01' = {
  parent: database
  // Letters and digits only: not a guid.
  name: uniqueString(identityName)
  properties: {
    accessPolicyName: 'default'
    user: { objectId: principalId }
  }
}

output id string = cache.id
output hostName string = cache.properties.hostName
output port int = database.properties.port
