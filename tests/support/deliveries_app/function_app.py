"""The function that sends deliveries, with a route that adds one, and a process that can kill itself."""

import os
import signal
from datetime import timedelta

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request
from pydantic import SecretStr

from functions.webhook_deliveries import blueprint as webhook_deliveries
from shared.app.context import AppContext
from shared.data.repositories.preferences_repository import PreferenceRepository
from shared.domain.delivery import Delivery, Webhook
from shared.http.handler import http_handler
from tests.support.delivery_parts import HOOK, OWNER, Webhooks

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
routes = func.Blueprint()

_DELAY_SECONDS = 1.0


async def _webhook(_preferences: PreferenceRepository, owner: str, webhook_id: str) -> Webhook | None:
    """Returns the receiver of the test."""
    webhooks = Webhooks()
    webhooks.set(os.environ["RECEIVER_URL"], SecretStr(os.environ["RECEIVER_SECRET"]))
    return await webhooks.webhook(owner, webhook_id)


PreferenceRepository.webhook = _webhook  # type: ignore[assignment,method-assign]


@routes.route("deliveries/{id}", methods=["POST"])
@http_handler
async def add_delivery(req: Request, app: AppContext) -> JSONResponse:
    """Adds a delivery, and kills the process at the place that the query names."""
    created_at = app.clock() - timedelta(minutes=5)
    delivery = Delivery(req.path_params["id"], OWNER, HOOK, "briefing", {"text": "Good morning"}, created_at)
    kill = req.query_params.get("kill")
    if kill is None:
        await app.outbox.add([delivery])
        return JSONResponse({})
    await app.repositories.deliveries.insert(delivery)
    if kill == "queued":
        await app.outbox.queue(delivery.id, delay_seconds=_DELAY_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
    return JSONResponse({})


@routes.route("deliveries/{id}", methods=["GET"])
@http_handler
async def get_delivery(req: Request, app: AppContext) -> JSONResponse:
    """Returns the state of a delivery."""
    delivery = await app.repositories.deliveries.get(req.path_params["id"])
    return JSONResponse({"state": delivery and delivery.state, "attempts": delivery and delivery.attempts})


@routes.route("sweep", methods=["POST"])
@http_handler
async def sweep(req: Request, app: AppContext) -> JSONResponse:  # noqa: ARG001 - the interface
    """Sweeps, as the timer does."""
    return JSONResponse({"swept": await app.outbox.sweep()})


app.register_functions(webhook_deliveries)
app.register_functions(routes)
