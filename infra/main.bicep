// The whole service in one resource group: `azd up` deploys it. Parameters come from main.parameters.json,
// which takes them from the azd environment; infra/environments has the sets for dev and prod.
targetScope = 'subscription'

@description('Name of the azd environment; every resource is named after it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of every resource.')
param location string

@description('Environment of the configuration: its config/config.<environment>.yaml holds.')
@allowed(['staging', 'production'])
param appEnvironment string = 'production'

@description('Further tags of every resource, for instance { owner: \'research\' }.')
param tags object = {}

// Access
@description('Put storage, vault, cache, database and models behind private endpoints. Without, they are reached from outside too, with Entra ID all the same.')
param privateNetwork bool = true

@description('Addresses of the virtual network: a /23 or larger.')
param networkAddressPrefix string = '10.90.0.0/23'

@description('Client id of an Entra app registration; with one, callers sign in with it (Easy Auth). Empty: function keys alone.')
param authClientId string = ''

@description('Browser origins that may call, with commas between them: https://app.example.com.')
param corsAllowedOrigins string = ''

// Scale, and what it may cost
@description('Megabytes of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Instances there may be at most. It bounds the bill: for each timer and for HTTP apart.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 20

@description('Instances that always wait for HTTP requests, so that nobody waits for a cold start; each is paid for.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Requests, open streams among them, that an instance takes at a time; no more than maxConcurrentRequests of host.json.')
@minValue(1)
@maxValue(200)
param httpConcurrency int = 100

// Stores
@description('Size of the cache.')
param redisSku string = 'Balanced_B0'

@description('Compute tier of the database.')
param mongoTier string = 'M10'

@description('Gigabytes of the database.')
@minValue(32)
param mongoStorageGb int = 32

@description('A second node for cache and database, and storage in three zones.')
param highAvailability bool = false

@description('Name of the database.')
param databaseName string = 'stock_research'

@description('Bring back the Key Vault of an environment of this name that was deleted.')
param recoverVault bool = false

// Models and market data
@description('Deploy Azure OpenAI. Without it, and without a key below, chat and reports have no model.')
param azureOpenAi bool = true

@description('Model of Azure OpenAI.')
param azureOpenAiModel string = 'gpt-5.6-luna'

@description('Version of that model.')
param azureOpenAiModelVersion string = '2026-07-09'

@description('How the model is deployed: GlobalStandard, DataZoneStandard or Standard.')
param azureOpenAiSku string = 'GlobalStandard'

@description('Thousands of tokens a minute.')
@minValue(1)
param azureOpenAiCapacity int = 50

@description('Tokens within 24 hours of all models together: the bound on what they can cost.')
@minValue(1)
param modelTokensPerDay int = 10000000

@description('Provider that is asked first. Empty: Azure OpenAI where it is deployed, else OpenAI.')
@allowed(['', 'openai', 'azure_openai', 'grok'])
param modelProvider string = ''

@description('Key of OpenAI; kept in the vault. Empty: not used.')
@secure()
param openAiApiKey string = ''

@description('Key of Grok; kept in the vault. Empty: not used.')
@secure()
param grokApiKey string = ''

@description('Key of Alpha Vantage; kept in the vault. Empty: not used.')
@secure()
param alphaVantageApiKey string = ''

@description('Requests a second that the plan of Alpha Vantage allows.')
@minValue(1)
param alphaVantageRequestsPerSecond int = 1

@description('Requests a day that the plan of Alpha Vantage allows.')
@minValue(1)
param alphaVantageRequestsPerDay int = 25

// Timers, telemetry, alerts
@description('When the cache is refreshed: six fields, seconds first, UTC.')
param cacheRefreshSchedule string = '0 */5 * * * *'

@description('When the database is brought up to date, besides after every deployment.')
param migrationsSchedule string = '0 0 3 * * *'

@description('Lowest level that is logged.')
@allowed(['DEBUG', 'INFO', 'WARNING', 'ERROR'])
param logLevel string = 'INFO'

@description('Days for which telemetry is kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes of telemetry a day after which no more is taken. -1: no cap.')
param logDailyQuotaGb int = 5

@description('Who is told of alerts. Empty: alerts show in the portal alone.')
param alertEmail string = ''

@description('Further settings of the app by name, for instance { LIMIT_CHAT_PER_MINUTE: \'60\' }.')
param extraSettings object = {}

var token = uniqueString(subscription().id, environmentName, location)
var allTags = union(tags, { 'azd-env-name': environmentName })
var serviceName = 'api'
var packageContainer = 'packages'
var origins = filter(map(split(corsAllowedOrigins, ','), origin => trim(origin)), origin => !empty(origin))

// Names of the settings whose keys are given: these may go where the keys must not.
var keyNames = concat(
  empty(openAiApiKey) ? [] : ['OPENAI_API_KEY'],
  empty(grokApiKey) ? [] : ['GROK_API_KEY'],
  empty(alphaVantageApiKey) ? [] : ['ALPHA_VANTAGE_API_KEY']
)

// What gets a private endpoint: part of which service, and the domain that names it in the network.
var privateParts = concat(
  [
    { service: 'storage', part: 'blob', domain: 'privatelink.blob.${environment().suffixes.storage}' }
    { service: 'storage', part: 'queue', domain: 'privatelink.queue.${environment().suffixes.storage}' }
    { service: 'storage', part: 'table', domain: 'privatelink.table.${environment().suffixes.storage}' }
    { service: 'vault', part: 'vault', domain: 'privatelink.vaultcore.azure.net' }
    { service: 'redis', part: 'redisEnterprise', domain: 'privatelink.redis.azure.net' }
    { service: 'mongo', part: 'MongoCluster', domain: 'privatelink.mongocluster.cosmos.azure.com' }
  ],
  azureOpenAi ? [{ service: 'openai', part: 'account', domain: 'privatelink.openai.azure.com' }] : []
)
var serviceIds = {
  storage: storage.outputs.id
  vault: keyVault.outputs.id
  redis: redis.outputs.id
  mongo: documentDb.outputs.id
  openai: azureOpenAi ? openAi!.outputs.id : ''
}

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: allTags
    retentionInDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: allTags
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: allTags
    skuName: highAvailability ? 'Standard_ZRS' : 'Standard_LRS'
    packageContainer: packageContainer
    publicAccess: !privateNetwork
  }
}

module keyVault 'modules/keyvault.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: allTags
    publicAccess: !privateNetwork
    recover: recoverVault
    keyNames: keyNames
    keys: {
      OPENAI_API_KEY: openAiApiKey
      GROK_API_KEY: grokApiKey
      ALPHA_VANTAGE_API_KEY: alphaVantageApiKey
    }
  }
}

module redis 'modules/redis.bicep' = {
  scope: group
  params: {
    name: 'redis-${token}'
    location: location
    tags: allTags
    skuName: redisSku
    highAvailability: highAvailability
    publicAccess: !privateNetwork
    principalId: identity.outputs.principalId
  }
}

module documentDb 'modules/documentdb.bicep' = {
  scope: group
  params: {
    name: 'mongo-${token}'
    location: location
    tags: allTags
    tier: mongoTier
    storageGb: mongoStorageGb
    highAvailability: highAvailability
    publicAccess: !privateNetwork
    principalId: identity.outputs.principalId
  }
}

module openAi 'modules/openai.bicep' = if (azureOpenAi) {
  scope: group
  params: {
    name: 'oai-${token}'
    location: location
    tags: allTags
    model: azureOpenAiModel
    modelVersion: azureOpenAiModelVersion
    deploymentSku: azureOpenAiSku
    capacity: azureOpenAiCapacity
    publicAccess: !privateNetwork
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: allTags
    addressPrefix: networkAddressPrefix
    privateDomains: map(privateParts, item => item.domain)
  }
}

module privateEndpoints 'modules/private-endpoint.bicep' = [
  for item in privateParts: if (privateNetwork) {
    scope: group
    params: {
      name: 'pe-${item.service}-${item.part}-${token}'
      location: location
      tags: allTags
      serviceId: serviceIds[item.service]
      groupId: item.part
      subnetId: privateNetwork ? network!.outputs.endpointsSubnetId : ''
      privateDomain: item.domain
    }
  }
]

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    vaultName: keyVault.outputs.name
    insightsName: monitoring.outputs.insightsName
    openAiName: azureOpenAi ? openAi!.outputs.name : ''
  }
}

module functionApp 'modules/functionapp.bicep' = {
  scope: group
  // It starts with what it needs: else the first workers would find doors that are still closed.
  dependsOn: [roles, privateEndpoints]
  params: {
    planName: 'plan-${token}'
    name: 'func-${token}'
    location: location
    tags: allTags
    serviceName: serviceName
    identityName: identity.outputs.name
    storageName: storage.outputs.name
    packageContainer: packageContainer
    insightsName: monitoring.outputs.insightsName
    vaultUri: keyVault.outputs.uri
    keyNames: keyNames
    redisHost: redis.outputs.hostName
    redisPort: redis.outputs.port
    mongoUri: documentDb.outputs.uri
    openAiEndpoint: azureOpenAi ? openAi!.outputs.endpoint : ''
    openAiDeployment: azureOpenAi ? openAi!.outputs.deployment : ''
    subnetId: privateNetwork ? network!.outputs.functionsSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    httpConcurrency: httpConcurrency
    appEnvironment: appEnvironment
    logLevel: logLevel
    corsAllowedOrigins: origins
    modelTokensPerDay: modelTokensPerDay
    modelProvider: empty(modelProvider) ? (azureOpenAi ? 'azure_openai' : 'openai') : modelProvider
    databaseName: databaseName
    cacheRefreshSchedule: cacheRefreshSchedule
    migrationsSchedule: migrationsSchedule
    alphaVantageRequestsPerSecond: alphaVantageRequestsPerSecond
    alphaVantageRequestsPerDay: alphaVantageRequestsPerDay
    extraSettings: extraSettings
  }
}

module auth 'modules/auth.bicep' = if (!empty(authClientId)) {
  scope: group
  params: {
    siteName: functionApp.outputs.name
    clientId: authClientId
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    token: token
    tags: allTags
    siteId: functionApp.outputs.id
    insightsId: monitoring.outputs.insightsId
    redisId: redis.outputs.id
    mongoId: documentDb.outputs.id
    email: alertEmail
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_ID string = functionApp.outputs.id
output AZURE_FUNCTION_APP_NAME string = functionApp.outputs.name
output AZURE_KEY_VAULT_NAME string = keyVault.outputs.name
output AZURE_APPLICATION_INSIGHTS_NAME string = monitoring.outputs.insightsName
output API_URL string = functionApp.outputs.url
