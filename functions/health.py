"""Health, readiness, and what a front end may know of the configuration."""

import os

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from shared.app.context import AppContext
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import http_handler, plain_handler
from shared.http.json import json_response
from shared.observability.telemetry import annotate
from shared.runtime.clock import uptime_seconds

blueprint = HttpBlueprint()


@blueprint.route("health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@plain_handler
async def health(_req: Request) -> Response:
    """Says that the worker is alive; touches nothing outside of it, and does without the configuration."""
    from shared.app.health import liveness

    return json_response(liveness(os.environ, uptime_seconds()))


@blueprint.route("health/ready", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@http_handler
async def health_ready(_req: Request, app: AppContext) -> Response:
    """Says whether what the service stands on is there; 503 when it cannot serve at all."""
    readiness = await app.health.readiness()
    annotate(readiness=readiness.status)
    return json_response(readiness, status=503 if readiness.status == "unhealthy" else 200)


@blueprint.route("config", methods=["GET"])
@http_handler
async def config(_req: Request, app: AppContext) -> Response:
    """The settings a front end needs; never a secret."""
    from shared.app.public_config import public_config

    return json_response(public_config(app.settings, app.models))


@blueprint.route("models", methods=["GET"])
@http_handler
async def models(_req: Request, app: AppContext) -> Response:
    """The model providers, which of them can be used, and the order of fallback."""
    from shared.app.public_config import model_overview

    return json_response(model_overview(app.settings.model, app.models))
