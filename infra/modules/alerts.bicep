// Who is told of what. docs/operations.md says what to do for each. The metrics that begin with app. are the
// app's own (shared/observability/metrics.py).

@description('Ends the name of every resource.')
param token string

@description('Tags of every resource.')
param tags object

@description('Function App.')
param siteId string

@description('Application Insights component.')
param insightsId string

@description('Azure Managed Redis.')
param redisId string

@description('Azure DocumentDB cluster.')
param mongoId string

@description('Who is told. Empty: alerts show in the portal alone.')
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
    name: 'host-down'
    description: 'The platform answered 5xx for the app: also when it does not start, of which it cannot tell itself.'
    severity: 0
    scope: siteId
    namespace: 'Microsoft.Web/sites'
    metric: 'Http5xx'
    dimensions: []
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 20
    window: 'PT5M'
    frequency: 'PT1M'
  }
  {
    name: 'timer-not-run'
    description: 'No run of cache_refresh ended within an hour: the cache grows cold.'
    severity: 2
    scope: insightsId
    namespace: appMetrics
    metric: 'app.refresh.runs'
    dimensions: []
    aggregation: 'Total'
    operator: 'LessThan'
    threshold: 1
    window: 'PT1H'
    frequency: 'PT15M'
  }
  {
    name: 'redis-down'
    description: 'Redis did not answer: every request goes to the sources, limits count for each instance alone.'
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
    description: 'MongoDB did not answer: reports, preferences and conversations are not to be had.'
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
    description: 'Redis uses more than 85 % of its memory: answers are evicted before their time.'
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

resource thresholds 'Microsoft.Insights/metricAlerts@2018-03-01' = [
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

// How long requests take depends on what is asked (a chat streams for half a minute): what is slow is learnt
// from the weeks before.
resource latency 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'latency-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Requests take much longer than they used to.'
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
