// The app's identity as a user of the database cluster.

@description('Name of the cluster.')
param clusterName string

@description('Object id of the identity that owns the database.')
param principalId string

resource cluster 'Microsoft.DocumentDB/mongoClusters@2025-09-01' existing = {
  name: clusterName
}

// Resource Manager knows this role only; the app creates collections and indexes with it.
resource owner 'Microsoft.DocumentDB/mongoClusters/users@2025-09-01' = {
  parent: cluster
  name: principalId
  properties: {
    identityProvider: {
      type: 'MicrosoftEntraID'
      properties: { principalType: 'ServicePrincipal' }
    }
    roles: [
      {
        db: 'admin'
        role: 'root'
      }
    ]
  }
}
