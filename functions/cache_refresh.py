"""The timer that refreshes the cache for tracked symbols and scores past recommendations."""

from contextlib import suppress

import azure.functions as func

from shared.app.context import AppContext
from shared.errors.service_errors import DependencyUnavailableError
from shared.http.handler import timer_handler

blueprint = func.Blueprint()


@blueprint.timer_trigger(
    arg_name="timer", schedule="%CACHE_REFRESH_SCHEDULE%", run_on_startup=False, use_monitor=True
)
@timer_handler
async def cache_refresh(app: AppContext) -> None:
    """Refreshes the due entries and scores the due recommendations.

    Before that, the answers of workers that were killed are stored.
    """
    with suppress(DependencyUnavailableError):
        await app.stream_recovery.recover_all()
    await app.cache_refresh.run()
    await app.track_record.score_due()
