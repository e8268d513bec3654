"""The function for paths and methods that no other function serves.

The host responds to an unknown path, and to a wrong method, with an empty 404. It tries routes in the
alphabetical order of function names. This one comes last and responds with a problem.
"""

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from shared.errors.request_errors import NotFoundError
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
    """Responds with a not_found problem."""
    raise NotFoundError("There is no such route, or not with this method.")
