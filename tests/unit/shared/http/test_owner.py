"""Owners: the principal with Easy Auth, else function key and user; tenants survive a change of the key."""

from hashlib import sha256
from typing import Any

import pytest

from shared.domain.caller import Identity
from shared.errors.request_errors import InvalidRequestError, NotFoundError
from shared.http.owner import identity_of, user_identity
from tests.support.http import make_request
from tests.support.mongo import local_settings

ALICE = "11111111-2222-3333-4444-555555555555"


def identity(*, user_id: str | None = None, app: dict[str, Any] | None = None, **headers: str) -> Identity:
    settings = local_settings(app={"caller_hash_key": "secret", **(app or {})}).app
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = make_request(headers=named, client="203.0.113.5")
    return identity_of(request, settings) if user_id is None else user_identity(request, settings, user_id)


def hash_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def test_users_of_one_front_end_are_owners_of_their_own() -> None:
    alice = identity(x_functions_key="one", x_user_id="alice").owner
    assert alice == identity(x_functions_key="one", x_user_id="alice").owner
    assert alice != identity(x_functions_key="one", x_user_id="bob").owner
    assert alice != identity(x_functions_key="two", x_user_id="alice").owner
    assert alice != identity(x_functions_key="one").owner


def test_key_and_user_cannot_be_mixed_up() -> None:
    first = identity(x_functions_key="a", x_user_id="b")
    assert first.owner != identity(x_functions_key="b", x_user_id="a").owner


def test_principal_is_trusted_with_easy_auth_only() -> None:
    easy_auth = {"easy_auth": True}
    assert identity(x_functions_key="one", x_ms_client_principal_id=ALICE) == identity(x_functions_key="one")
    signed_in = identity(app=easy_auth, x_functions_key="one", x_ms_client_principal_id=ALICE).owner
    assert signed_in != identity(x_functions_key="one").owner
    other_key = identity(app=easy_auth, x_functions_key="two", x_ms_client_principal_id=ALICE)
    assert signed_in == other_key.owner
    named = identity(app=easy_auth, x_ms_client_principal_id=ALICE, x_user_id="somebody.else")
    assert signed_in == named.owner


def test_user_in_the_path_is_the_one_in_the_header() -> None:
    same = identity(x_functions_key="one", x_user_id="alice")
    assert identity(user_id="alice", x_functions_key="one") == same
    assert identity(user_id="alice", x_functions_key="one", x_user_id="alice") == same
    with pytest.raises(NotFoundError):
        identity(user_id="alice", x_functions_key="one", x_user_id="bob")


def test_user_in_the_path_is_the_principal() -> None:
    easy_auth = {"easy_auth": True}
    signed_in = identity(app=easy_auth, x_ms_client_principal_id=ALICE)
    same = identity(user_id=ALICE, app=easy_auth, x_ms_client_principal_id=ALICE, x_user_id="bob")
    assert same == signed_in
    assert identity(user_id="me", app=easy_auth, x_ms_client_principal_id=ALICE) == signed_in
    with pytest.raises(NotFoundError):
        identity(user_id="me", app=easy_auth)
    with pytest.raises(NotFoundError):
        identity(user_id="bob", app=easy_auth, x_ms_client_principal_id=ALICE, x_user_id="bob")
    with pytest.raises(NotFoundError):
        identity(user_id="bob", app=easy_auth, x_user_id="bob")


@pytest.mark.parametrize("user", ["", "a b", "a,b", "x" * 129, "é", "a\n"])
def test_malformed_user_is_refused(user: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        identity(x_functions_key="one", x_user_id=user)
    assert caught.value.errors[0].field == "X-User-ID"
    with pytest.raises(InvalidRequestError):
        identity(user_id=user, x_functions_key="one")


def test_tenant_keeps_its_name_when_the_key_changes() -> None:
    tenants = {"tenants": [f"{hash_of('old')}=shop", f"{hash_of('new')}=shop", f"{hash_of('x')}=other"]}
    old = identity(app=tenants, x_functions_key="old", x_user_id="ann")
    new = identity(app=tenants, x_functions_key="new", x_user_id="ann")
    assert new.owner == old.owner
    assert new.owner != identity(app=tenants, x_functions_key="x", x_user_id="ann").owner
    assert new.owner != identity(app=tenants, x_functions_key="new", x_user_id="bob").owner


def test_new_key_knows_the_names_of_the_old_one() -> None:
    before = identity(x_functions_key="old", x_user_id="ann").owner
    tenants = {"tenants": [f"{hash_of('old')}=shop", f"{hash_of('new')}=shop"]}
    assert before in identity(app=tenants, x_functions_key="new", x_user_id="ann").former
    assert before not in identity(app=tenants, x_functions_key="new", x_user_id="bob").former
