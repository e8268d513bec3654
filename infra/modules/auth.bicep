// Sign-in with Entra ID in front of the app (Easy Auth): a request without a valid token is answered with 401.

@description('Name of the Function App.')
param siteName string

@description('Client id of the app registration of the API.')
param clientId string

@description('Client ids of the applications whose tokens are admitted. Empty: all applications of the tenant.')
param allowedApplications string[]

@description('Object ids of the users and service principals that are admitted. Empty: all of the tenant.')
param allowedPrincipals string[]

var hasPolicy = !empty(allowedApplications) || !empty(allowedPrincipals)

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: siteName
}

resource auth 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
      // Routes without a function key need no token either; the host checks its master key itself.
      excludedPaths: [
        '/api/health'
        '/api/health/ready'
        '/api/openapi.json'
        '/api/docs'
        '/api/docs/*'
        '/api/console'
        '/api/console/assets/*'
        '/admin/functions/migrations'
      ]
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: clientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            clientId
            'api://${clientId}'
          ]
          // Without a policy every identity of the tenant that has a token for this API is admitted.
          defaultAuthorizationPolicy: hasPolicy
            ? {
                // An empty list is not sent: it could be read as "none".
                allowedApplications: empty(allowedApplications) ? null : allowedApplications
                allowedPrincipals: empty(allowedPrincipals) ? null : { identities: allowedPrincipals }
              }
            : null
        }
      }
    }
    // The app uses no token of the user, so none is stored.
    login: { tokenStore: { enabled: false } }
  }
}
