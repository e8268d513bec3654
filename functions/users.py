"""Export and erasure of the stored data of a user."""

from collections.abc import AsyncIterator

from azurefunctions.extensions.http.fastapi import Request, Response
from fastapi.responses import StreamingResponse

from shared.app.context import AppContext
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import http_handler
from shared.http.head_response import HeadResponse
from shared.http.owner import user_owner
from shared.http.quota import check_rate

blueprint = HttpBlueprint()


@blueprint.route("users/{user_id}/data", methods=["GET"])
@http_handler
async def export_user(req: Request, app: AppContext) -> Response:
    """Returns everything that is kept about the calling user: preferences, conversations and reports."""
    user_id: str = req.path_params["user_id"]
    owner = await user_owner(req, app, user_id)
    await check_rate(req, app, "writes")
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="user-data.json"'}
    if req.method == "HEAD":
        return HeadResponse("application/json", headers)
    parts = app.user_data.export(owner, user_id)
    # Awaited before the status is sent: an unavailable database is a 503.
    first = await anext(parts)

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for part in parts:
            yield part

    return StreamingResponse(body(), media_type="application/json", headers=headers)


@blueprint.route("users/{user_id}", methods=["DELETE"])
@http_handler
async def erase_user(req: Request, app: AppContext) -> Response:
    """Deletes everything that is kept about the calling user; nothing reappears afterwards."""
    owner = await user_owner(req, app, req.path_params["user_id"])
    await check_rate(req, app, "writes")
    await app.user_data.erase(owner)
    return Response(status_code=204)
