// Alert rules; docs/operations.md says what to do for each. Metrics named app.* are the app's own
// (shared/observability/metrics.py).

import { tagValues } from 'types.bicep'

@description('Ends the name of every resource.')
param token string

@description('Tags of every resource.')
param tags tagValues

@description('Region of the rules that have one.')
param location string

@description('Address of the Function App.')
param siteUrl string

@description('Application Insights component.')
param insightsId string

@description('Azure Managed Redis.')
param redisId string

@description('Azure DocumentDB cluster.')
param mongoId string

@description('Whether /api/health is requested from outside at regular intervals.')
param availabilityTest bool

@description('Recipient. Empty: alerts show in the portal only.')
param email string

var insightsMetrics = 'microsoft.insights/components'
var appMetrics = 'Azure.ApplicationInsights'

// One line of thresholds for each rule: more (or less) than so much within the window.
var rules = [
  {
    name: 'failures'
    description: 'Requests were answered with 500, 502, 503 or 504.'
    severity: 1
    scope: insightsId
    namespace: insightsMetrics
    metric: 'requests/failed'
    dimensions: [{ name: 'request/resultCode', operator: 'Include', values: ['500', '502', '503', '504'] }]
    aggregation: 'Count'
    operator: 'GreaterThan'
    threshold: 5
    window: 'PT5M'
    frequency: 'PT1M'
  }
  {
    name: 'redis-down'
    description: 'Redis did not answer: every request goes to the sources, limits count per instance.'
    severity: 1
    scope: insightsId
    namespace: appMetrics
    metric: 'app.redis.failures'
    dimensions: []
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 5
    window: 'PT5M'
    frequency: 'PT1M'
  }
  {
    name: 'mongodb-down'
    description: 'MongoDB did not answer: reports, preferences and conversations are unavailable.'
    severity: 1
    scope: insightsId
    namespace: appMetrics
    metric: 'app.mongodb.failures'
    dimensions: []
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 5
    window: 'PT5M'
    frequency: 'PT1M'
  }
  {
    name: 'redis-full'
    description: 'Redis uses more than 85 % of its memory: entries are evicted before they expire.'
    severity: 2
    scope: redisId
    namespace: 'Microsoft.Cache/redisEnterprise'
    metric: 'usedmemorypercentage'
    dimensions: []
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 85
    window: 'PT15M'
    frequency: 'PT5M'
  }
  {
    name: 'mongodb-full'
    description: 'DocumentDB uses more than 85 % of its storage: writes fail when it is full.'
    severity: 2
    scope: mongoId
    namespace: 'Microsoft.DocumentDB/mongoClusters'
    metric: 'StoragePercent'
    dimensions: []
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 85
    window: 'PT15M'
    frequency: 'PT5M'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'stocks'
    enabled: true
    emailReceivers: [
      {
        name: 'operator'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var actions = empty(email) ? [] : [{ actionGroupId: people.id }]

resource thresholds 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for rule in rules: {
    name: '${rule.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [rule.scope]
      windowSize: rule.window
      evaluationFrequency: rule.frequency
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: rule.name
            metricNamespace: rule.namespace
            metricName: rule.metric
            dimensions: rule.dimensions
            timeAggregation: rule.aggregation
            operator: rule.operator
            threshold: rule.threshold
            // The app's own metrics are not known before it has run.
            skipMetricValidation: rule.namespace == appMetrics
          }
        ]
      }
      actions: actions
    }
  }
]

// Metric alerts do not fire while a metric has no data. The query always returns one row: 0 without data.
resource timerNotRun 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'timer-not-run-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'timer-not-run'
    description: 'No run of cache_refresh succeeded within an hour, or no telemetry arrived: the cache expires.'
    severity: 2
    enabled: true
    scopes: [insightsId]
    windowSize: 'PT1H'
    evaluationFrequency: 'PT15M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: 'customMetrics | where name == "app.refresh.runs" | summarize runs = sum(valueSum)'
          metricMeasureColumn: 'runs'
          timeAggregation: 'Total'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: { actionGroups: map(actions, action => action.actionGroupId) }
  }
}

// The length of the queue is not among the metrics of a storage account, so the app sends it. The query always returns
// one row: without a reading, it is unknown whether deliveries are dead, and the timer that reads it does not run.
resource deadLetters 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'dead-letters-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'dead-letters'
    description: 'Webhook deliveries were given up and wait in the poison queue, or its length was not reported within an hour.'
    severity: 2
    enabled: true
    scopes: [insightsId]
    windowSize: 'PT1H'
    evaluationFrequency: 'PT15M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: 'customMetrics | where name == "app.dead_letters" | summarize readings = count(), longest = max(valueMax) | project problem = iff(readings == 0 or longest > 0, 1, 0)'
          metricMeasureColumn: 'problem'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: { actionGroups: map(actions, action => action.actionGroupId) }
  }
}

// Flex Consumption has no metric for requests that its front end refuses. The test also reports an app whose host
// does not start, and fires without any telemetry of the app.
resource healthTest 'Microsoft.Insights/webtests@2022-06-15' = if (availabilityTest) {
  name: 'health-${token}'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'health-${token}'
    Name: 'health'
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    // A cold start of an app that has scaled to zero takes seconds.
    Timeout: 60
    RetryEnabled: true
    Locations: [
      { Id: 'emea-nl-ams-azr' }
      { Id: 'us-va-ash-azr' }
      { Id: 'apac-sg-sin-azr' }
    ]
    Request: {
      RequestUrl: '${siteUrl}/api/health'
      HttpVerb: 'GET'
      FollowRedirects: false
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource hostDown 'Microsoft.Insights/metricAlerts@2026-01-01' = if (availabilityTest) {
  name: 'host-down-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: '/api/health did not answer 200 to two of three regions: the app is down or does not start.'
    severity: 0
    enabled: true
    scopes: [healthTest.id, insightsId]
    windowSize: 'PT15M'
    evaluationFrequency: 'PT1M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: healthTest.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: actions
  }
}

// A request's duration depends on its kind (a chat streams for half a minute), so the threshold is learnt. Azure
// needs three days and 30 samples before a dynamic threshold can fire.
resource latency 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'latency-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Requests take much longer than in the weeks before.'
    severity: 2
    enabled: true
    scopes: [insightsId]
    windowSize: 'PT15M'
    evaluationFrequency: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'DynamicThresholdCriterion'
          name: 'latency'
          metricNamespace: insightsMetrics
          metricName: 'requests/duration'
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          alertSensitivity: 'Low'
          failingPeriods: {
            numberOfEvaluationPeriods: 4
            minFailingPeriodsToAlert: 3
          }
        }
      ]
    }
    actions: actions
  }
}
