"""The timer that sends briefings and alerts."""

import azure.functions as func

from shared.app.context import AppContext
from shared.http.handler import timer_handler

blueprint = func.Blueprint()


@blueprint.timer_trigger(
    arg_name="timer", schedule="%BRIEFINGS_SCHEDULE%", run_on_startup=False, use_monitor=True
)
@timer_handler
async def briefings(app: AppContext) -> None:
    """Sends what is due, and queues deliveries that were stored but not queued."""
    try:
        await app.briefings.run()
    finally:
        await app.outbox.sweep()
