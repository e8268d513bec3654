"""The timer that refreshes the cache for tracked symbols."""

from contextlib import suppress

import azure.functions as func

from shared.app.context import AppContext
from shared.errors import DependencyUnavailableError
from shared.http.handler import timer_handler

blueprint = func.Blueprint()


@blueprint.timer_trigger(
    arg_name="timer", schedule="%CACHE_REFRESH_SCHEDULE%", run_on_startup=False, use_monitor=True
)
@timer_handler
async def cache_refresh(app: AppContext) -> None:
    """Refreshes the entries that are due, after storing the answers of workers that were killed."""
    with suppress(DependencyUnavailableError):
        await app.stream_recovery.recover_all()
    await app.cache_refresh.run()
