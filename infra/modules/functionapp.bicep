// The Function App on a Flex Consumption plan with all its settings. infra/settings.yaml lists the settings that
// are not set here, with reasons.

import { appSettings, tagValues } from 'types.bicep'

@description('Name of the plan.')
param planName string

@description('Name of the Function App, and first part of its address.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags tagValues

@description('Name of the service in azure.yaml that is deployed here.')
param serviceName string

// Identity and dependencies
@description('Name of the app\'s identity.')
param identityName string

@description('Storage account of the host.')
param storageName string

@description('Container of the deployed package.')
param packageContainer string

@description('Application Insights component.')
param insightsName string

@description('Address of the Key Vault, with a slash at the end.')
param vaultUri string

@description('Settings whose keys are in the vault.')
param storedKeys string[]

@description('Host of Redis.')
param redisHost string

@description('Port of Redis.')
param redisPort int

@description('Address of DocumentDB, without user and password.')
param mongoUri string

@description('Address of Azure OpenAI; empty when there is none.')
param openAiEndpoint string

@description('Model deployment; empty when there is none.')
param openAiDeployment string

@description('Model behind the deployment; empty when there is none.')
param openAiModel string

@description('Subnet of outgoing connections; null for none.')
param subnetId string?

// Scale
@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Maximum number of instances.')
param maximumInstanceCount int

@description('Instances that always wait for HTTP requests; billed also when idle.')
param alwaysReadyInstances int

@description('Concurrent requests per instance, open streams included.')
param httpConcurrency int

@description('How instances are replaced when code or settings change.')
@allowed(['RollingUpdate', 'Recreate'])
param updateStrategy string

@description('Spread instances over availability zones.')
param zoneRedundant bool

// The app
@description('Environment of the configuration: staging or production.')
param appEnvironment string

@description('Minimum log level.')
param logLevel string

@description('Browser origins that may call.')
param corsAllowedOrigins string[]

@description('Whether Easy Auth signs users in in front of the app.')
param easyAuth bool

@description('Default model provider.')
param modelProvider string

@description('Tokens within 24 hours of all models together.')
param modelTokensPerDay int

@description('US dollars within 24 hours of all models together.')
param modelDollarsPerDay int

@description('Name of the database.')
param databaseName string

@description('Schedule of the cache refresh: six fields, seconds first, UTC.')
param cacheRefreshSchedule string

@description('Schedule of the briefings and alerts: six fields, seconds first, UTC.')
param briefingsSchedule string

@description('Schedule of the database migrations: six fields, seconds first, UTC.')
param migrationsSchedule string

@description('Requests per second that the Alpha Vantage plan allows.')
param alphaVantageRequestsPerSecond int

@description('Requests per day that the Alpha Vantage plan allows.')
param alphaVantageRequestsPerDay int

@description('Name and mail address of the operator, sent to the SEC with every request. Empty: SEC EDGAR is not used.')
param secEdgarContact string

@description('Additional settings by name, for example { LIMIT_CHAT_PER_MINUTE: \'60\' }.')
param extraSettings appSettings

@description('Reference that the platform replaces by the key. Empty without a key: a reference that cannot be resolved stops the app.')
func keyReference(vaultUri string, storedKeys string[], name string) string =>
  contains(storedKeys, name) ? '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${replace(name, '_', '-')})' : ''

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
        // Python's default is 1: every open stream would occupy an instance.
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
      // In preview: the compiler's types do not have it yet.
      #disable-next-line BCP037
      siteUpdateStrategy: { type: updateStrategy }
    }
    siteConfig: union(
      {
        minTlsVersion: '1.2'
        scmMinTlsVersion: '1.2'
        http20Enabled: true
      },
      // The host reads the site's CORS list into a setting of its own, even when the list is empty.
      empty(corsAllowedOrigins) ? {} : { cors: { allowedOrigins: corsAllowedOrigins, supportCredentials: false } }
    )
  }
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: union(
    {
      // The host
      AzureWebJobsStorage__accountName: storage.name
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'true'
      // The worker sends logs and metrics. Spans of its own would count every request twice and carry questions
      // in addresses; loading what makes them would add 0.3 s to a cold start.
      OTEL_TRACES_EXPORTER: 'none'
      OTEL_PYTHON_DISABLED_INSTRUMENTATIONS: 'azure_sdk,django,fastapi,flask,httpx,httpx2,psycopg2,requests,urllib,urllib3'

      // The app and the schedules of its timers
      APP_ENV: appEnvironment
      CONFIG_ENV_OVERRIDE_MODE: 'all'
      APP_LOG_LEVEL: logLevel
      AZURE_CLIENT_ID: identity.properties.clientId
      APP_CORS_ORIGINS: join(corsAllowedOrigins, ',')
      APP_EASY_AUTH: string(easyAuth)
      CACHE_REFRESH_SCHEDULE: cacheRefreshSchedule
      BRIEFINGS_SCHEDULE: briefingsSchedule
      MIGRATIONS_SCHEDULE: migrationsSchedule

      // Dependencies; the identity signs in
      WEBHOOK_QUEUE_URL: storage.properties.primaryEndpoints.queue
      MONGODB_URI: mongoUri
      MONGODB_AUTH: 'entra'
      MONGODB_TLS: 'true'
      MONGODB_DB_NAME: databaseName
      REDIS_HOST: redisHost
      REDIS_PORT: string(redisPort)
      REDIS_SSL: 'true'
      REDIS_AUTH: 'entra'
      MODEL_PROVIDER: modelProvider
      LIMIT_MODEL_TOKENS_PER_DAY: string(modelTokensPerDay)
      LIMIT_MODEL_DOLLARS_PER_DAY: string(modelDollarsPerDay)
      AZURE_OPENAI_ENDPOINT: openAiEndpoint
      AZURE_OPENAI_DEPLOYMENT: openAiDeployment
      AZURE_OPENAI_MODEL: openAiModel

      // Third parties
      OPENAI_API_KEY: keyReference(vaultUri, storedKeys, 'OPENAI_API_KEY')
      GROK_API_KEY: keyReference(vaultUri, storedKeys, 'GROK_API_KEY')
      TIINGO_API_KEY: keyReference(vaultUri, storedKeys, 'TIINGO_API_KEY')
      ALPHA_VANTAGE_API_KEY: keyReference(vaultUri, storedKeys, 'ALPHA_VANTAGE_API_KEY')
      ALPHA_VANTAGE_REQUESTS_PER_SECOND: string(alphaVantageRequestsPerSecond)
      ALPHA_VANTAGE_REQUESTS_PER_DAY: string(alphaVantageRequestsPerDay)
      SEC_EDGAR_CONTACT: secEdgarContact
    },
    extraSettings
  )
}

// Deployments sign in with Entra ID; passwords of publishing profiles are disabled.
resource scmPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
}

output id string = site.id
output url string = 'https://${site.properties.defaultHostName}'
