"""The Function App that the Azure Functions host loads; it registers the blueprints."""

import azure.functions as func

from functions.briefings import blueprint as briefings
from functions.cache_refresh import blueprint as cache_refresh
from functions.chat import blueprint as chat
from functions.companies import blueprint as companies
from functions.console import blueprint as console
from functions.conversations import blueprint as conversations
from functions.docs import blueprint as docs
from functions.exchange_rates import blueprint as exchange_rates
from functions.health import blueprint as health
from functions.histories import blueprint as histories
from functions.mcp import blueprint as mcp
from functions.migrations import blueprint as migrations
from functions.not_found import blueprint as not_found
from functions.preferences import blueprint as preferences
from functions.quotes import blueprint as quotes
from functions.reports import blueprint as reports
from functions.symbol_catalogue import blueprint as symbols
from functions.users import blueprint as users
from functions.webhook_deliveries import blueprint as webhook_deliveries
from functions.workspace import blueprint as workspace
from shared.http.paths import register_any_path
from shared.observability.spans import keep_spans_safe

register_any_path()
# The span of the first request starts before any code of the app runs.
keep_spans_safe()

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)

for blueprint in (
    health,
    quotes,
    histories,
    companies,
    symbols,
    exchange_rates,
    chat,
    conversations,
    reports,
    preferences,
    users,
    mcp,
    workspace,
    docs,
    console,
    cache_refresh,
    briefings,
    migrations,
    webhook_deliveries,
    not_found,
):
    app.register_functions(blueprint)
