"""The timer that runs the database migrations."""

import azure.functions as func

from shared.app.context import AppContext
from shared.http.handler import timer_handler
from shared.observability.telemetry import annotate

blueprint = func.Blueprint()


@blueprint.timer_trigger(
    schedule="%MIGRATIONS_SCHEDULE%", arg_name="timer", run_on_startup=False, use_monitor=True
)
@timer_handler
async def migrations(app: AppContext) -> None:
    """Runs pending migrations; a lease keeps other workers out."""
    report = await app.migrations.run()
    annotate(
        migrations=report.status,
        applied=len(report.applied),
        changes=len(report.changes),
        drift=len(report.drift),
    )
