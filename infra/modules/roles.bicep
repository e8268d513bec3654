// Roles of the app's identity: this table and no others. Redis and DocumentDB have access lists of their own, in
// redis.bicep and documentdb-user.bicep.

// An identity that is deleted and created again has another object id: its assignments need other names, since the
// principal of an assignment cannot be changed.
@description('Object id of the identity; it is part of the names of the assignments.')
param principalId string

@description('Storage account of the Functions host.')
param storageName string

@description('Key Vault.')
param vaultName string

@description('Application Insights component.')
param insightsName string

@description('Azure OpenAI account; empty when there is none.')
param openAiName string

var roles = {
  storage: [
    // Timer locks, the keys of the functions, the deployed package.
    { name: 'Storage Blob Data Owner', id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' }
    // The host keeps its diagnostic events in a table. It reads the queue of webhook deliveries, to which the app adds.
    { name: 'Storage Queue Data Contributor', id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' }
    { name: 'Storage Table Data Contributor', id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' }
  ]
  vault: [
    { name: 'Key Vault Secrets User', id: '4633458b-17de-408a-b874-0445c86b69e6' }
  ]
  insights: [
    { name: 'Monitoring Metrics Publisher', id: '3913510d-42f4-4e42-8a64-420c390055eb' }
  ]
  openAi: [
    { name: 'Cognitive Services OpenAI User', id: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd' }
  ]
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource openAi 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = if (!empty(openAiName)) {
  name: empty(openAiName) ? 'none' : openAiName
}

resource onStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles.storage: {
    name: guid(storage.id, principalId, role.id)
    scope: storage
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    }
  }
]

resource onVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles.vault: {
    name: guid(vault.id, principalId, role.id)
    scope: vault
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    }
  }
]

resource onInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles.insights: {
    name: guid(insights.id, principalId, role.id)
    scope: insights
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    }
  }
]

resource onOpenAi 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles.openAi: if (!empty(openAiName)) {
    name: guid(openAi.id, principalId, role.id)
    scope: openAi
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    }
  }
]
