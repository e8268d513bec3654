"""Health, readiness, and what a front end may know of the configuration."""

import os

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from shared.api.handler import http_handler, plain_handler
from shared.api.json import json_response
from shared.clock import uptime_seconds
from shared.context import AppContext
from shared.telemetry import annotate

blueprint = func.Blueprint()


@blueprint.route("health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@plain_handler
async def health(_req: Request) -> Response:
    """Says that the worker is alive; touches nothing outside of it, and does without the configuration."""
    from shared.health import liveness

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
    return json_response(app.health.public_config())


@blueprint.route("models", methods=["GET"])
@http_handler
async def models(_req: Request, app: AppContext) -> Response:
    """The model providers, which of them can be used, and the order of fallback."""
    return json_response(app.health.models())
