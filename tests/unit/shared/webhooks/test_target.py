"""What the address of a webhook may be."""

import pytest

from shared.errors import ForbiddenTargetError
from shared.webhooks.target import MAX_URL, TargetRules


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.example.com",
        "https://hooks.example.com/a/b?token=1",
        "https://hooks.example.com:8443/",
        "https://hooks.example.com./",
        "https://localhost.example.com/",
        "https://xn--bcher-kva.example/",
        "https://93.184.216.34/hook",
        "https://[2606:4700::1111]/hook",
        "https://[::ffff:93.184.216.34]/",
    ],
)
def test_allowed(address: str) -> None:
    assert TargetRules().checked_url(address).scheme == "https"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example.com",
        "http://hooks.example.com",
        "ftp://hooks.example.com",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user@hooks.example.com",
        "https://@hooks.example.com",
        "https://:@hooks.example.com?x=1",
        "https://user:word@hooks.example.com",
        "https://hooks.example.com#part",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com\\@127.0.0.1/",
        "https://hooks.exam ple.com/",
        "https://hooks.example.com/\r\nX: y",
        "https://hooks.exämple.com/",
        "https://hooks.example.com/" + "a" * MAX_URL,
        # Addresses in every form that a system or a client understands.
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://127.0.0.1./",
        f"https://{'a' * 64}.example.com/",
        "https://a..example.com/",
        "https://-a.example.com/",
        f"https://{'a.' * 126}example.com/",
        "https://hooks.exa%6dple.com/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://a.localhost/",
        "https://intranet/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://168.63.129.16/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1%25eth0]/",
    ],
)
def test_refused(address: str) -> None:
    with pytest.raises(ForbiddenTargetError) as raised:
        TargetRules().checked_url(address)
    assert address == "" or address not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("https://user@hooks.example.com", "must not contain user, password or fragment"),
        ("https://hooks.example.com/a\\b", "must not contain a backslash"),
        ("https://a..example.com/", "must contain a valid host name"),
        ("https://intranet/", "must not be a local name"),
    ],
)
def test_refusal_names_the_cause(address: str, message: str) -> None:
    with pytest.raises(ForbiddenTargetError) as raised:
        TargetRules().checked_url(address)
    assert str(raised.value) == message


def test_own_machine_where_the_setting_allows_it() -> None:
    rules = TargetRules(allow_local=True)
    assert rules.checked_url("http://127.0.0.1:8080/hook").port == 8080
    assert rules.checked_url("http://localhost:8080/hook").host == "localhost"
    for address in ("http://10.0.0.1/", "http://169.254.169.254/", "http://[fd00::1]/"):
        with pytest.raises(ForbiddenTargetError):
            rules.checked_url(address)
