"""The files of the web console."""

import re
from hashlib import sha256

import pytest

from shared.http import console_files as console
from shared.http.documentation import StaticFile

CHART_LIBRARY_SHA256 = "d7dbc87cb7e8fcc5b54d6c4c07535b369f369bd4bce33ac977403747509097a5"
"""The file of bn-lightweight-charts 1.2.2. It was compared with TradingView's 5.0.8 and differs in one
statement, which adds the option ``permWidth``."""


def test_version_changes_with_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = console.version()
    changed = dict(console.assets())
    changed["app.js"] = StaticFile(b"// another", "text/javascript")
    monkeypatch.setattr(console, "assets", lambda: changed)
    assert console.version.__wrapped__() != before


def test_page_escapes_its_path() -> None:
    text = console.page('/api/"><script>x</script>', easy_auth=False).body.decode()
    assert "<script>x" not in text


@pytest.mark.parametrize(("easy_auth", "expected"), [(True, "true"), (False, "false")])
def test_page_says_whether_users_sign_in(easy_auth: bool, expected: str) -> None:
    text = console.page("/api/console", easy_auth=easy_auth).body.decode()
    assert f'data-easy-auth="{expected}"' in text


def test_chart_library_is_the_file_that_was_reviewed() -> None:
    library = console.assets()[console.CHART_LIBRARY]
    assert sha256(library.body).hexdigest() == CHART_LIBRARY_SHA256


@pytest.mark.parametrize("name", sorted(name for name in console.assets() if name != console.CHART_LIBRARY))
def test_own_scripts_parse_no_html_and_set_no_style_attribute(name: str) -> None:
    text = console.assets()[name].body.decode()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)
    assert not re.search(r"[\"']style[\"']", text)


def test_scripts_import_files_that_exist() -> None:
    names = set(console.assets())
    for name, file in console.assets().items():
        imported = set(re.findall(rb"from \"\./([\w.-]+)\"", file.body))
        assert {one.decode() for one in imported} <= names, name
