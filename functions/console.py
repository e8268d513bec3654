"""The web console: a page for people, which uses the public API only."""

import asyncio

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from shared.app.context import AppContext
from shared.errors.request_errors import NotFoundError
from shared.http.blueprint import HttpBlueprint
from shared.http.caching import matches
from shared.http.console_files import PAGE_POLICY, asset, page
from shared.http.documentation import StaticFile
from shared.http.handler import http_handler, plain_handler

blueprint = HttpBlueprint()

_REVALIDATE = "no-cache"
_IMMUTABLE = "public, max-age=31536000, immutable"


@blueprint.route("console", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@http_handler
async def console(req: Request, app: AppContext) -> Response:
    """Returns the page; it contains no data and loads nothing from other origins."""
    path = req.url.path.rstrip("/")
    document = await asyncio.to_thread(page, path, easy_auth=app.settings.app.easy_auth)
    return _answer(req, document, _REVALIDATE)


@blueprint.route("console/assets/{version}/{asset}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@plain_handler
async def console_asset(req: Request) -> Response:
    """Returns a script, a style sheet or a table of the page; the version in the path is their hash."""
    found = await asyncio.to_thread(asset, req.path_params["version"], req.path_params["asset"])
    if found is None:
        raise NotFoundError("The console has no such file; reload the page.")
    return _answer(req, found, _IMMUTABLE)


def _answer(req: Request, document: StaticFile, cache_control: str) -> Response:
    etag = f'"{document.etag}"'
    headers = {
        "ETag": etag,
        "Cache-Control": cache_control,
        "Content-Security-Policy": PAGE_POLICY,
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if matches(req, etag):
        return Response(status_code=304, headers=headers)
    return Response(document.body, media_type=document.media_type, headers=headers)
