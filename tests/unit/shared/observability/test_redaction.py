"""Secrets are taken out of text, however they are written; other text stays as it is."""

import html
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest

from shared.config.loader import ConfigLoader
from shared.observability.redaction import Redactor, is_secret_name, secrets_of

PASSWORD = 'p@ss/w "ör\\d 1'


@pytest.mark.parametrize(
    "written",
    [
        PASSWORD,
        PASSWORD.upper(),
        quote(PASSWORD),
        quote(PASSWORD, safe=""),
        quote(PASSWORD, safe="").lower(),
        quote_plus(PASSWORD),
        json.dumps(PASSWORD),
        json.dumps(PASSWORD, ensure_ascii=False),
        repr({"password": PASSWORD}),
        f"before{PASSWORD}after",
        ascii(PASSWORD),
        repr(PASSWORD.encode()),
        quote(quote(PASSWORD, safe=""), safe=""),
        html.escape(PASSWORD),
        PASSWORD.encode().hex(),
        b64encode(PASSWORD.encode()).decode(),
        urlsafe_b64encode(PASSWORD.encode()).decode(),
    ],
)
def test_configured_secret_is_found_however_it_is_written(written: str) -> None:
    redacted = Redactor([PASSWORD]).redact(f"refused: {written}")
    assert redacted.startswith("refused: ")
    assert "***" in redacted
    assert "w" not in redacted.lower().replace("password", "")


@pytest.mark.parametrize("equals", ["=", "%3D", "%3d"])
@pytest.mark.parametrize(
    "name",
    [
        "apikey", "API_KEY", "Account-Key", "access_key", "x-functions-key", "instrumentationkey",
        "master_key", "Subscription-Key", "password", "passwd", "PWD",
        "client_secret", "my-token", "signature", "Sig",
    ],
)  # fmt: skip
def test_what_is_assigned_to_a_secret_name_is_taken_out(name: str, equals: str) -> None:
    assert Redactor().redact(f"a {name}{equals}abcd1 b") == f"a {name}{equals}*** b"


def test_counts_of_tokens_are_no_secret() -> None:
    line = "prompt_tokens=11 completion_tokens=100 tokens=111"
    assert Redactor().redact(line) == line


@pytest.mark.parametrize("user", ["", "u", "us", "use"])
def test_configured_secret_is_found_in_base64_wherever_it_begins(user: str) -> None:
    encoded = b64encode(f"{user}:hunter2-marker and more".encode()).decode()
    redacted = Redactor(["hunter2-marker"]).redact(f"sent {encoded}")
    assert "***" in redacted
    rest = redacted.removeprefix("sent ").partition("***")[0]
    assert b"hunter2" not in b64decode(rest + "=" * (-len(rest) % 4))


def test_password_of_a_configured_uri_is_found_apart_from_it() -> None:
    redactor = Redactor(["mongodb://app:p%40ssword@db.internal/app?appName=@app@"])
    assert redactor.redact("p%40ssword, p@ssword at db.internal") == "***, *** at db.internal"
    assert redactor.redact("mongodb://app:p%40ssword@db.internal/app?appName=@app@") == "***"


def test_one_secret_within_another_leaves_no_rest() -> None:
    assert Redactor(["secret", "secret-longer"]).redact("secret-longer secret") == "*** ***"


def test_short_secret_is_taken_out_only_where_it_stands_alone() -> None:
    assert Redactor(["abc"]).redact("password abc, not abcd") == "password ***, not abcd"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("mongodb://u:p@host/db", "mongodb://***@host/db"),
        ("redis://:p@ss@host:6379", "redis://***@host:6379"),
        ("GET /query?function=X&apikey=DEMO1234&symbol=A", "GET /query?function=X&apikey=***&symbol=A"),
        ("Bearer abc.def-ghi_jkl", "Bearer ***"),
        ("authorization: Basic dXNlcjpwYXNz", "authorization: ***"),
        ("{'Authorization': 'Bearer abcdefgh', 'a': 1}", "{'Authorization': '***', 'a': 1}"),
        ('{"api_key": "with space", "a": 1}', '{"api_key": ***, "a": 1}'),
        ("x-functions-key: abc==", "x-functions-key: ***"),
        ("GET /api/chat/stream?message=a&code=KEY%3D%3D", "GET /api/chat/stream?message=a&code=***"),
        (f"code={'k' * 54}==", "code=***"),
        (
            "AccountName=a;AccountKey=abc/def+==;EndpointSuffix=x",
            "AccountName=a;AccountKey=***;EndpointSuffix=x",
        ),
        ("?sv=2024&sig=abc%3D&se=1", "?sv=2024&sig=***&se=1"),
        ("Incorrect API key provided: sk-proj-ab******yz.", "Incorrect API key provided: ***."),
        ("xai-abcdefghijk", "***"),
        ("eyJhbGciOiJI.eyJzdWIi.c2ln", "***"),
        ("We have detected your API key as ABC123 and", "We have detected your API key as *** and"),
        ("client_secret=abc", "client_secret=***"),
        ("https://ghp_abcdef@example.com/x", "https://***@example.com/x"),
        ("connect(password='a b', port=1)", "connect(password=***, port=1)"),
        ("connect(password=b'a b', port=1)", "connect(password=***, port=1)"),
        ('{"token": "a\\"b", "a": 1}', '{"token": ***, "a": 1}'),
        ("{'token': b'abc', 'a': 1}", "{'token': ***, 'a': 1}"),
        ('"{\\"api_key\\": \\"abc def\\", \\"a\\": 1}"', '"{\\"api_key\\": ***, \\"a\\": 1}"'),
        ("[('apikey', 'DEMO'), ('symbol', 'A')]", "[('apikey', ***), ('symbol', 'A')]"),
        ("(b'authorization', b'Basic dXNlcjpwYXNz')", "(b'authorization', b'***')"),
        ("challenge: Basic dXNlcjpwYXNzd29yZA==, next", "challenge: Basic ***, next"),
        ("?next=%2Fquery%3Fapikey%3DDEMO1234&x=1", "?next=%2Fquery%3Fapikey%3D***&x=1"),
        ("Authorization=Bearer%20abcdefgh.ijk", "Authorization=***"),
        (
            "InstrumentationKey=0000-11;IngestionEndpoint=https://x/",
            "InstrumentationKey=***;IngestionEndpoint=https://x/",
        ),
        ("host:10000,password=abc=,ssl=True", "host:10000,password=***,ssl=True"),
        ("Endpoint=sb://x/;SharedAccessKey=abc=;a=b", "Endpoint=sb://x/;SharedAccessKey=***;a=b"),
        ("password: hunter2, user: a", "password: ***, user: a"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, redacted: str) -> None:
    assert Redactor().redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "status=404 outcome=error code=symbol_not_found symbol=KEY duration_ms=1.5",
        "prompt_tokens=12 completion_tokens=3 max_tokens=2000",
        "mongodb.password (MONGODB_PASSWORD), from the environment: is missing, though a username is given",
        "https://query1.finance.yahoo.com:443/v7/finance/quote?symbols=AAPL,MSFT",
        "the bearer of news",
        "task-123456789 risk-adjusted-return",
        "signals: rsi oversold",
        "2026-11-23T15:48:13Z at host:27017",
        "a basic understanding of Basic instructions",
        "https://example.com/@handle and ann@example.com",
        "keys: ['symbol', 'interval'] token count 12",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor(["hunter2-marker"]).redact(text) == text


def test_every_secret_of_the_settings_is_known() -> None:
    environ = {
        "OPENAI_API_KEY": "one",
        "GROK_API_KEY": "two",
        "AZURE_OPENAI_API_KEY": "three",
        "ALPHA_VANTAGE_API_KEY": "four",
        "REDIS_PASSWORD": "five",
        "MONGODB_PASSWORD": "six",
        "MONGODB_URI": "mongodb://seven",
    }
    assert set(secrets_of(ConfigLoader(environ=environ).load_config())) == set(environ.values())


def test_long_hostile_text_takes_no_time() -> None:
    # Each line is the worst for one of the patterns; a quadratic one would take minutes.
    for text in (
        "key" * 30_000,
        "://" + "a:" * 45_000,
        "bearer " * 13_000,
        "eyJaaaaaaaa." * 8_000,
        "-key" * 23_000,
        "password='" * 10_000,
        "'token': '" * 10_000,
        "'token', b'" * 10_000,
        '\\"token\\": \\"' * 8_000,
        "token=" + "\\" * 90_000,
        "'token': " + "\\" * 90_000,
        "Basic " * 15_000,
        "authorization," * 7_000,
        "://" * 30_000,
    ):
        assert Redactor().redact(text)


@pytest.mark.parametrize(
    "name", ["password", "DB_PASSWORD", "api_key", "x-api-key", "app.token", "Authorization", "Set-Cookie"]
)
def test_name_of_a_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["app.prompt_tokens", "symbol", "cache", "app.key", "monkey", "max_tokens"])
def test_other_name(name: str) -> None:
    assert not is_secret_name(name)
