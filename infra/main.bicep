// The whole service in one resource group: `azd up` deploys it. Parameters come from main.parameters.json,
// which takes them from the azd environment; infra/environments has the sets for dev and prod.
targetScope = 'subscription'

import { appSettings, tagValues } from 'modules/types.bicep'

@description('Name of the azd environment; every resource is named after it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of every resource that has no region of its own below. Regions that offer Flex Consumption, Azure Managed Redis and Azure DocumentDB.')
@allowed([
  'australiaeast'
  'canadacentral'
  'centralus'
  'eastus'
  'eastus2'
  'francecentral'
  'germanywestcentral'
  'japaneast'
  'northeurope'
  'southcentralus'
  'southeastasia'
  'swedencentral'
  'uksouth'
  'westeurope'
  'westus2'
  'westus3'
])
@metadata({ azd: { type: 'location' } })
param location string

@description('Configuration environment: config/config.<environment>.yaml applies.')
@allowed(['staging', 'production'])
param appEnvironment string = 'production'

@description('Additional tags of every resource, for example { owner: \'research\' }.')
param tags tagValues = {}

@description('Name of the Function App: at most 32 lower-case letters, digits and hyphens. Empty: func- and a hash.')
@maxLength(32)
param appName string = ''

// Access
@description('Put storage, vault, cache, database and models behind private endpoints. Otherwise they have public endpoints; Entra ID signs in either way.')
param privateNetwork bool = true

@description('Address range of the virtual network: a /23 or larger.')
param networkAddressPrefix string = '10.90.0.0/23'

@description('Client id of an Entra app registration. With one, callers also sign in with it (Easy Auth). Empty: function keys only.')
param authClientId string = ''

@description('Client ids of the applications that may call with sign-in, separated by commas. Empty: all of the tenant.')
param authAllowedApplications string = ''

@description('Object ids of the users and service principals that may call, separated by commas. Empty: all of the tenant.')
param authAllowedPrincipals string = ''

@description('Browser origins that may call, separated by commas: https://app.example.com.')
param corsAllowedOrigins string = ''

// Scale and cost limits
@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Maximum number of instances, for HTTP, each timer and the queue function separately. It bounds the cost.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 20

@description('Instances that always wait for HTTP requests and avoid cold starts; billed also when idle.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Concurrent requests per instance, open streams included; at most maxConcurrentRequests of host.json.')
@minValue(1)
@maxValue(200)
param httpConcurrency int = 100

@description('How instances are replaced when code or settings change. RollingUpdate (preview) lets running requests finish; Recreate ends them.')
@allowed(['RollingUpdate', 'Recreate'])
param updateStrategy string = 'RollingUpdate'

@description('Spread instances over availability zones. Needs storageSku Standard_ZRS. Azure then keeps and bills two always-ready instances for HTTP, each timer and the queue function.')
param zoneRedundant bool = false

@description('Redundancy of the storage account. It cannot change between LRS and ZRS in place.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param storageSku string = 'Standard_LRS'

// Stores
@description('Size of the cache.')
param redisSku string = 'Balanced_B0'

@description('Add a replica to the cache.')
param redisHighAvailability bool = false

@description('Region of the cache. Empty: that of the other resources.')
@metadata({ azd: { type: 'location' } })
param redisLocation string = ''

@description('Compute tier of the database.')
param mongoTier string = 'M10'

@description('Storage of the database in GB.')
@minValue(32)
param mongoStorageGb int = 32

@description('Add a standby node to the database, in another zone where there is one. Needs tier M30 or higher.')
param mongoHighAvailability bool = false

@description('Region of the database. Empty: that of the other resources.')
@metadata({ azd: { type: 'location' } })
param documentDbLocation string = ''

@description('Name of the database.')
param databaseName string = 'stock_research'

// Models and market data
@description('Deploy Azure OpenAI. Without it and without a key below, chat and reports have no model.')
param azureOpenAi bool = true

@description('Region of Azure OpenAI. azd asks for it and offers regions with quota for the default model. Empty: that of the other resources.')
@metadata({
  azd: {
    type: 'location'
    usageName: ['OpenAI.GlobalStandard.gpt-5.6-luna, 50']
  }
})
param openAiLocation string

@description('Model of Azure OpenAI.')
param azureOpenAiModel string = 'gpt-5.6-luna'

@description('Version of that model.')
param azureOpenAiModelVersion string = '2026-07-09'

@description('Deployment type of the model.')
@allowed(['GlobalStandard', 'DataZoneStandard', 'Standard'])
param azureOpenAiSku string = 'GlobalStandard'

@description('Rate limit of the model in thousands of tokens per minute.')
@minValue(1)
param azureOpenAiCapacity int = 50

@description('Tokens within 24 hours of all models together; it bounds the cost of models.')
@minValue(1)
param modelTokensPerDay int = 10000000

@description('US dollars within 24 hours of all models together, by the price list of the configuration.')
@minValue(1)
param modelDollarsPerDay int = 50

@description('Default model provider. Empty: Azure OpenAI where it is deployed, else OpenAI.')
@allowed(['', 'openai', 'azure_openai', 'grok'])
param modelProvider string = ''

@description('OpenAI key, stored in the vault. Empty: not used.')
@secure()
param openAiApiKey string = ''

@description('Grok key, stored in the vault. Empty: not used.')
@secure()
param grokApiKey string = ''

@description('Alpha Vantage key, stored in the vault. Empty: not used.')
@secure()
param alphaVantageApiKey string = ''

@description('Tiingo key, stored in the vault. Empty: not used.')
@secure()
param tiingoApiKey string = ''

@description('Requests per second that the Alpha Vantage plan allows.')
@minValue(1)
param alphaVantageRequestsPerSecond int = 1

@description('Requests per day that the Alpha Vantage plan allows.')
@minValue(1)
param alphaVantageRequestsPerDay int = 25

@description('Name and mail address of the operator, sent to the SEC with every request. Empty: SEC EDGAR is not used.')
@maxLength(200)
param secEdgarContact string = ''

// Timers, telemetry, alerts
@description('Schedule of the cache refresh: six fields, seconds first, UTC.')
param cacheRefreshSchedule string = '0 */5 * * * *'

@description('Schedule of the briefings and alerts: six fields, seconds first, UTC.')
param briefingsSchedule string = '0 */5 * * * *'

@description('Schedule of the database migrations, in addition to the run after each deployment.')
param migrationsSchedule string = '0 0 3 * * *'

@description('Minimum log level.')
@allowed(['DEBUG', 'INFO', 'WARNING', 'ERROR'])
param logLevel string = 'INFO'

@description('Retention of telemetry in days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Daily cap of telemetry in GB. -1: no cap.')
param logDailyQuotaGb int = 5

@description('Request /api/health from three regions every five minutes; the alert host-down needs it.')
param availabilityTest bool = true

@description('Recipient of alerts. Empty: alerts show in the portal only.')
param alertEmail string = ''

@description('Additional app settings by name, for example { LIMIT_CHAT_PER_MINUTE: \'60\' }.')
param extraSettings appSettings = {}

// Agents that sign in with OAuth read the address of Entra ID and the scope from the protected-resource metadata,
// which Easy Auth publishes with this setting.
var agentSignIn appSettings = {
  WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES: empty(authClientId) ? '' : 'api://${authClientId}/user_impersonation'
}

var token = uniqueString(subscription().id, environmentName, location)
var allTags = union(tags, { 'azd-env-name': environmentName })
var serviceName = 'api'
var packageContainer = 'packages'
// The queue of the function webhook_deliveries; the host names the poison queue after it.
var deliveryQueue = 'webhook-deliveries'
var origins = filter(map(split(corsAllowedOrigins, ','), origin => trim(origin)), origin => !empty(origin))

// Names are variables, not outputs: only then can `azd provision --preview` predict the modules that use them.
var names = {
  identity: 'id-${token}'
  workspace: 'log-${token}'
  insights: 'appi-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  redis: 'redis-${token}'
  mongo: 'mongo-${token}'
  openAi: 'oai-${token}'
  network: 'vnet-${token}'
  // A Flex Consumption plan has one app: another name of the app needs another plan.
  plan: empty(appName) ? 'plan-${token}' : 'plan-${appName}'
  app: empty(appName) ? 'func-${token}' : appName
}

// Settings with a key in the vault: this list may go where the keys must not.
var storedKeys = concat(
  empty(openAiApiKey) ? [] : ['OPENAI_API_KEY'],
  empty(grokApiKey) ? [] : ['GROK_API_KEY'],
  empty(alphaVantageApiKey) ? [] : ['ALPHA_VANTAGE_API_KEY'],
  empty(tiingoApiKey) ? [] : ['TIINGO_API_KEY']
)

// Private endpoints: service, part of the service, and the DNS zone that names it in the network.
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

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: allTags
    retentionInDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
    location: location
    tags: allTags
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: allTags
    skuName: storageSku
    packageContainer: packageContainer
    queueNames: [deliveryQueue, '${deliveryQueue}-poison']
    publicAccess: !privateNetwork
  }
}

module keyVault 'modules/keyvault.bicep' = {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: allTags
    publicAccess: !privateNetwork
    openAiApiKey: openAiApiKey
    grokApiKey: grokApiKey
    alphaVantageApiKey: alphaVantageApiKey
    tiingoApiKey: tiingoApiKey
  }
}

module redis 'modules/redis.bicep' = {
  scope: group
  params: {
    name: names.redis
    location: empty(redisLocation) ? location : redisLocation
    tags: allTags
    skuName: redisSku
    highAvailability: redisHighAvailability
    publicAccess: !privateNetwork
    identityName: names.identity
    principalId: identity.outputs.principalId
  }
}

module documentDb 'modules/documentdb.bicep' = {
  scope: group
  params: {
    name: names.mongo
    location: empty(documentDbLocation) ? location : documentDbLocation
    tags: allTags
    tier: mongoTier
    storageGb: mongoStorageGb
    highAvailability: mongoHighAvailability
    publicAccess: !privateNetwork
  }
}

module documentDbUser 'modules/documentdb-user.bicep' = {
  scope: group
  params: {
    clusterName: names.mongo
    // The user's name is the identity's object id, which is only known at run time.
    #disable-next-line what-if-short-circuiting
    principalId: identity.outputs.principalId
  }
  dependsOn: [documentDb]
}

module openAi 'modules/openai.bicep' = if (azureOpenAi) {
  scope: group
  params: {
    name: names.openAi
    location: empty(openAiLocation) ? location : openAiLocation
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
    name: names.network
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
    // Part of the names of the assignments, and only known at run time.
    #disable-next-line what-if-short-circuiting
    principalId: identity.outputs.principalId
    storageName: names.storage
    vaultName: names.vault
    insightsName: names.insights
    openAiName: azureOpenAi ? names.openAi : ''
  }
  dependsOn: [storage, keyVault, monitoring, openAi]
}

module functionApp 'modules/functionapp.bicep' = {
  scope: group
  // The first workers already need the roles, the database user and the private endpoints.
  dependsOn: [roles, documentDbUser, privateEndpoints]
  params: {
    planName: names.plan
    name: names.app
    location: location
    tags: allTags
    serviceName: serviceName
    identityName: names.identity
    storageName: names.storage
    packageContainer: packageContainer
    insightsName: names.insights
    vaultUri: keyVault.outputs.uri
    storedKeys: storedKeys
    redisHost: redis.outputs.hostName
    redisPort: redis.outputs.port
    mongoUri: documentDb.outputs.uri
    openAiEndpoint: azureOpenAi ? openAi!.outputs.endpoint : ''
    openAiDeployment: azureOpenAi ? openAi!.outputs.deployment : ''
    openAiModel: azureOpenAi ? azureOpenAiModel : ''
    subnetId: privateNetwork ? network!.outputs.functionsSubnetId : null
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    httpConcurrency: httpConcurrency
    updateStrategy: updateStrategy
    zoneRedundant: zoneRedundant
    appEnvironment: appEnvironment
    logLevel: logLevel
    corsAllowedOrigins: origins
    easyAuth: !empty(authClientId)
    modelTokensPerDay: modelTokensPerDay
    modelDollarsPerDay: modelDollarsPerDay
    modelProvider: empty(modelProvider) ? (azureOpenAi ? 'azure_openai' : 'openai') : modelProvider
    databaseName: databaseName
    cacheRefreshSchedule: cacheRefreshSchedule
    briefingsSchedule: briefingsSchedule
    migrationsSchedule: migrationsSchedule
    alphaVantageRequestsPerSecond: alphaVantageRequestsPerSecond
    alphaVantageRequestsPerDay: alphaVantageRequestsPerDay
    secEdgarContact: secEdgarContact
    extraSettings: union(agentSignIn, extraSettings)
  }
}

module auth 'modules/auth.bicep' = if (!empty(authClientId)) {
  scope: group
  params: {
    siteName: names.app
    clientId: authClientId
    allowedApplications: filter(
      map(split(authAllowedApplications, ','), application => trim(application)),
      application => !empty(application)
    )
    allowedPrincipals: filter(
      map(split(authAllowedPrincipals, ','), principal => trim(principal)),
      principal => !empty(principal)
    )
  }
  dependsOn: [functionApp]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    siteUrl: functionApp.outputs.url
    insightsId: monitoring.outputs.insightsId
    redisId: redis.outputs.id
    mongoId: documentDb.outputs.id
    availabilityTest: availabilityTest
    email: alertEmail
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_ID string = functionApp.outputs.id
output AZURE_FUNCTION_APP_NAME string = names.app
output AZURE_KEY_VAULT_NAME string = names.vault
output AZURE_APPLICATION_INSIGHTS_NAME string = names.insights
output API_URL string = functionApp.outputs.url
