"""Identifies the owner of stored items: the signed-in principal, else function key and user."""

import hashlib
import re
from typing import TYPE_CHECKING, Final

from fastapi import Request

from shared.domain.caller import Identity, Owner
from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError, NotFoundError
from shared.http.request_caller import client_of, digest, function_key

if TYPE_CHECKING:
    from shared.app.context import AppContext
    from shared.config.settings import AppSettings

USER_ID_PATTERN: Final = r"^[A-Za-z0-9._@-]{1,128}$"
_USER_ID: Final = re.compile(USER_ID_PATTERN)

_SIGNED_IN: Final = "me"
"""The signed-in principal in a path; a page cannot read its id where the platform stores no tokens."""


async def request_owner(req: Request, app: "AppContext") -> Owner:
    """Returns the owner of a request, after adopting the items of its earlier function keys.

    Raises:
        InvalidRequestError: ``X-User-ID`` is malformed.
    """
    return await app.adoption.adopt(identity_of(req, app.settings.app))


async def user_owner(req: Request, app: "AppContext", user_id: str) -> Owner:
    """Returns the owner for a route below ``/users/{user_id}``; see :func:`request_owner`.

    Raises:
        InvalidRequestError: ``user_id`` or ``X-User-ID`` is malformed.
        NotFoundError: The user is not the one of the request.
    """
    return await app.adoption.adopt(user_identity(req, app.settings.app, user_id))


def is_identified(req: Request, settings: "AppSettings") -> bool:
    """Returns whether a request names its user: by ``X-User-ID``, or by the signed-in principal."""
    return bool(_principal(req, settings)) or "x-user-id" in req.headers


def identity_of(req: Request, settings: "AppSettings") -> Identity:
    """Returns the owner of a request: the principal with Easy Auth, else function key and ``X-User-ID``.

    Raises:
        InvalidRequestError: ``X-User-ID`` is malformed.
    """
    user = _header_user(req)
    if principal := _principal(req, settings):
        return Identity(Owner(digest("principal", principal)))
    return _key_identity(req, settings, user or "")


def user_identity(req: Request, settings: "AppSettings", user_id: str) -> Identity:
    """Returns the owner for a user id in the path; ``X-User-ID`` may be missing, but must not differ.

    With Easy Auth, the user id is the principal's, or ``me``.

    Raises:
        InvalidRequestError: ``user_id`` or ``X-User-ID`` is malformed.
        NotFoundError: The user is not the one of the request.
    """
    header = _header_user(req)
    _check_user("user_id", user_id)
    if settings.easy_auth:
        principal = _principal(req, settings)
        if not principal or user_id not in {principal, _SIGNED_IN}:
            raise _no_such_user()
        return Identity(Owner(digest("principal", principal)))
    if header not in {None, user_id}:
        raise _no_such_user()
    return _key_identity(req, settings, user_id)


def _principal(req: Request, settings: "AppSettings") -> str:
    """Returns the id of the signed-in principal; empty without one.

    Only with Easy Auth does the platform remove the header from requests; elsewhere clients could send it.
    """
    return req.headers.get("x-ms-client-principal-id", "") if settings.easy_auth else ""


def _header_user(req: Request) -> str | None:
    values = req.headers.getlist("x-user-id")
    if not values:
        return None
    # Several lines have no single meaning: a proxy joins them with commas, which the pattern refuses, too.
    return _check_user("X-User-ID", ",".join(values))


def _check_user(field: str, value: str) -> str:
    if not _USER_ID.fullmatch(value):
        message = "must be 1 to 128 of A-Z a-z 0-9 . _ @ -"
        raise InvalidRequestError(f"{field} {message}.", errors=[FieldError(field, message)])
    return value


def _key_identity(req: Request, settings: "AppSettings", user: str) -> Identity:
    key = function_key(req)
    if not key:
        # Without keys (local only) users differ by name alone, others by address.
        owner = digest("user", "", user) if user else client_of(req, settings.caller_hash_key)
        return Identity(Owner(owner))
    key_hash = hashlib.sha256(key.encode()).hexdigest()
    tenants = {tenant.key_hash: tenant.name for tenant in settings.tenants}
    name = tenants.get(key_hash)
    # The names that releases before 0.2 used; they can only be computed from the key itself.
    former = [Owner(digest("user", key, user) if user else digest("key", key))]
    if name is None:
        return Identity(_owned("key", key_hash, user), tuple(former))
    former += [_owned("key", known, user) for known, its_name in tenants.items() if its_name == name]
    return Identity(_owned("tenant", name, user), tuple(former))


def _owned(kind: str, name: str, user: str) -> Owner:
    return Owner(digest("owner", kind, name, user))


def _no_such_user() -> NotFoundError:
    return NotFoundError("There is no such user.")
