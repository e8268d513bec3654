// The identity the app runs as. What it may do is said in roles.bicep, redis.bicep and documentdb.bicep.

import { tagValues } from 'types.bicep'

@description('Name of the user-assigned identity.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagValues

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output principalId string = identity.properties.principalId
