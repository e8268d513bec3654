"""Preferences of a user: watchlist, default provider, defaults of reports."""

import re
from datetime import datetime
from typing import Annotated

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import ConfigDict, Field

from shared.app.context import AppContext
from shared.config.names import ModelProviderName
from shared.data.documents import MAX_WATCHLIST, Preferences, ReportPreferences
from shared.domain.moments import rfc3339
from shared.errors import FieldError, InvalidRequestError
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import http_handler
from shared.http.json import json_response
from shared.http.owner import user_owner
from shared.http.parameters import Parameters, Symbols, read_body
from shared.http.quota import check_rate
from shared.http.request_caller import caller_of

blueprint = HttpBlueprint()

_VERSION_TAG = re.compile(r'(?:W/)?"v(\d{1,18})"')


class PreferencesBody(Parameters):
    """The body of PUT; omitted fields are reset to their defaults."""

    model_config = ConfigDict(extra="forbid")

    watchlist: Annotated[Symbols, Field(max_length=MAX_WATCHLIST, fail_fast=True)] = ()
    default_provider: ModelProviderName | None = None
    report: ReportPreferences = ReportPreferences()


@blueprint.route("users/{user_id}/preferences", methods=["GET"])
@http_handler
async def get_preferences(req: Request, app: AppContext) -> Response:
    """Returns the preferences, with defaults for unset fields."""
    user_id: str = req.path_params["user_id"]
    owner = await user_owner(req, app, user_id)
    return await _answer(app, user_id, await app.repositories.preferences.get(owner))


@blueprint.route("users/{user_id}/preferences", methods=["PUT"])
@http_handler
async def put_preferences(req: Request, app: AppContext) -> Response:
    """Replaces the preferences; ``If-Match`` prevents lost updates (optimistic locking)."""
    user_id: str = req.path_params["user_id"]
    owner = await user_owner(req, app, user_id)
    expected = _expected_version(req)
    await check_rate(req, app, "writes")
    body = await read_body(req, PreferencesBody, limit=app.settings.limits.body_bytes)
    wanted = Preferences(watchlist=body.watchlist, default_provider=body.default_provider, report=body.report)
    stored = await app.repositories.preferences.put(
        owner,
        wanted,
        expected,
        caller=caller_of(req, app.settings.app.caller_hash_key),
        max_users=app.settings.limits.users_per_caller,
    )
    return await _answer(app, user_id, stored)


async def _answer(app: AppContext, user_id: str, preferences: Preferences) -> Response:
    remarks = await app.watchlist_remarks.of(preferences.watchlist)
    updated_at: datetime | None = preferences.updated_at
    body = {
        "user_id": user_id,
        **preferences.model_dump(mode="json", exclude={"updated_at"}),
        "updated_at": rfc3339(updated_at) if updated_at else None,
        "watchlist_remarks": [remark.model_dump(mode="json") for remark in remarks],
    }
    return json_response(body, headers={"ETag": f'"v{preferences.version}"'})


def _expected_version(req: Request) -> int | None:
    """Returns the version in ``If-Match``; None without the header or for ``*``."""
    given = req.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    tag = _VERSION_TAG.fullmatch(given.strip())
    if tag is None:
        message = "must be the ETag of an earlier response"
        raise InvalidRequestError(f"If-Match {message}.", errors=[FieldError("If-Match", message)])
    return int(tag[1])
