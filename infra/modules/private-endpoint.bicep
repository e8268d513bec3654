// One private endpoint: a service's address in the virtual network, and its name in the private DNS zone.

import { tagValues } from 'types.bicep'

@description('Name of the endpoint.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagValues

@description('The service.')
param serviceId string

@description('Which part of the service, for instance blob.')
param groupId string

@description('Subnet that the address is taken from.')
param subnetId string

@description('Private DNS zone that names it.')
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
