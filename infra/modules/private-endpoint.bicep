// A private endpoint: the address of a service in the virtual network and its name in the private DNS zone.

import { tagValues } from 'types.bicep'

@description('Name of the endpoint.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagValues

@description('The service.')
param serviceId string

@description('Part of the service, for example blob.')
param groupId string

@description('Subnet of the address.')
param subnetId string

@description('Private DNS zone of the name.')
param privateDomain string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: privateDomain
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: name
        properties: {
          privateLinkServiceId: serviceId
          groupIds: [groupId]
        }
      }
    ]
  }
}

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-01-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: { privateDnsZoneId: zone.id }
      }
    ]
  }
}
