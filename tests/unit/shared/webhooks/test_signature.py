"""Signatures, checked by the library of Standard Webhooks."""

import json
import runpy

import pytest
import time_machine
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from shared.webhooks.signature import new_secret, signed_headers, signing_key
from tests.support.host import REPOSITORY

BODY = b'{"type":"price_alert","data":{"symbol":"AAPL"}}'
MOMENT = 1_795_000_000


def test_library_of_standard_webhooks_accepts_the_signature() -> None:
    secret = new_secret()
    headers = signed_headers(signing_key(secret), "evt_1", MOMENT, BODY)
    verifier = Verifier(secret.get_secret_value())
    with time_machine.travel(MOMENT, tick=False):
        assert verifier.verify(BODY, dict(headers)) == json.loads(BODY)
        for changed in ({"webhook-id": "evt_2"}, {"webhook-timestamp": str(MOMENT + 1)}):
            with pytest.raises(WebhookVerificationError):
                verifier.verify(BODY, {**headers, **changed})
        with pytest.raises(WebhookVerificationError):
            verifier.verify(BODY + b" ", dict(headers))
        with pytest.raises(WebhookVerificationError):
            Verifier(new_secret().get_secret_value()).verify(BODY, dict(headers))
    with time_machine.travel(MOMENT + 600, tick=False), pytest.raises(WebhookVerificationError):
        verifier.verify(BODY, dict(headers))


def test_documented_example_verifies() -> None:
    path = REPOSITORY / "docs/examples/verify_webhook.py"
    is_genuine = runpy.run_path(str(path))["is_genuine"]
    secret = new_secret()
    headers = signed_headers(signing_key(secret), "evt_1", MOMENT, BODY)
    with time_machine.travel(MOMENT, tick=False):
        assert is_genuine(secret.get_secret_value(), headers, BODY)
        assert not is_genuine(secret.get_secret_value(), headers, BODY + b" ")
        assert not is_genuine(new_secret().get_secret_value(), headers, BODY)
        assert not is_genuine(secret.get_secret_value(), {**headers, "webhook-timestamp": "soon"}, BODY)
    with time_machine.travel(MOMENT + 600, tick=False):
        assert not is_genuine(secret.get_secret_value(), headers, BODY)


def test_secrets_differ() -> None:
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_!!!!",
        "whsec_c2hvcnQ=",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_" + "QUFB" * 40,
    ],
)
def test_what_is_no_secret(secret: str) -> None:
    with pytest.raises(ValueError, match="must be whsec_ followed by") as raised:
        signing_key(SecretStr(secret))
    assert secret in {"", "whsec_"} or secret not in str(raised.value)
