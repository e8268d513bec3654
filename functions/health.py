"""Health, readiness, and the public part of the configuration."""

import os
from dataclasses import asdict

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
    """Returns that the worker is alive; needs neither configuration nor dependencies."""
    from shared.app.health_service import liveness

    return json_response(liveness(os.environ, uptime_seconds()))


@blueprint.route("health/ready", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@http_handler
async def health_ready(_req: Request, app: AppContext) -> Response:
    """Returns the state of all dependencies; 503 when the service cannot serve any request."""
    readiness = await app.health.readiness()
    annotate(readiness=readiness.status)
    return json_response(readiness, status=503 if readiness.status == "unhealthy" else 200)


@blueprint.route("config", methods=["GET"])
@http_handler
async def config(_req: Request, app: AppContext) -> Response:
    """Returns the settings that a front end needs, without secrets."""
    from shared.app.public_config import public_config

    return json_response(public_config(app.settings, app.models))


@blueprint.route("models", methods=["GET"])
@http_handler
async def models(_req: Request, app: AppContext) -> Response:
    """Returns the model providers, whether they are configured, and the fallback order."""
    from shared.app.public_config import model_overview

    return json_response(asdict(model_overview(app.settings.model, app.models)))
