"""The OpenAPI document, and a page to read and try it."""

import asyncio

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from shared.errors.request_errors import NotFoundError
from shared.http.blueprint import HttpBlueprint
from shared.http.caching import matches
from shared.http.documentation import PAGE_POLICY, StaticFile, asset, contract, page
from shared.http.handler import plain_handler

blueprint = HttpBlueprint()


@blueprint.route("openapi.json", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@plain_handler
async def openapi_json(req: Request) -> Response:
    """Returns the OpenAPI 3.1 document."""
    return _answer(req, await asyncio.to_thread(contract))


@blueprint.route("docs", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@plain_handler
async def docs(req: Request) -> Response:
    """Returns the documentation page; it loads nothing from other origins."""
    return _answer(req, await asyncio.to_thread(page, req.url.path.rstrip("/")))


@blueprint.route("docs/{asset}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@plain_handler
async def docs_asset(req: Request) -> Response:
    """Returns a script or style sheet of the page."""
    found = await asyncio.to_thread(asset, req.path_params["asset"])
    if found is None:
        raise NotFoundError("The page has no such file.")
    return _answer(req, found)


def _answer(req: Request, document: StaticFile) -> Response:
    etag = f'"{document.etag}"'
    headers = {
        "ETag": etag,
        # Browsers revalidate it: after a deployment no client reads the old document.
        "Cache-Control": "no-cache",
        "Content-Security-Policy": PAGE_POLICY,
        "Referrer-Policy": "no-referrer",
    }
    if matches(req, etag):
        return Response(status_code=304, headers=headers)
    return Response(document.body, media_type=document.media_type, headers=headers)
