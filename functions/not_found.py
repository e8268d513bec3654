"""What no other function answers.

The host answers an unknown path, and a known one with a wrong method, with an empty 404. Routes are tried in
alphabetical order of function name, so this one comes last and says it as a problem of the contract.
"""

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from shared.errors import NotFoundError
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import plain_handler

blueprint = HttpBlueprint()


@blueprint.route(
    "{*path}",
    methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    auth_level=func.AuthLevel.ANONYMOUS,
)
@plain_handler
async def zz_not_found(_req: Request) -> Response:
    """Says that there is no such route."""
    raise NotFoundError("There is no such route, or not with this method.")
