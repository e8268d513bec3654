"""The published contract and its page, over HTTP."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from tests.support.contract import document


class Links(HTMLParser):
    """What a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"script": "src", "link": "href", "img": "src"}
        self.loaded += [value for name, value in attrs if name == names.get(tag) and value]


def test_contract_is_the_file(client: httpx.Client) -> None:
    response = client.get("/openapi.json")
    assert response.json() == document()
    etag = response.headers["etag"]
    again = client.get("/openapi.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/DOCS"])
def test_page_loads_nothing_from_elsewhere(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    links = Links()
    links.feed(page.text)
    loaded = [link for link in links.loaded if link != "data:,"]
    assert len(loaded) == 3
    for link in loaded:
        assert link.startswith("/api/docs/") or path == "/DOCS"
        asset = client.get(link.removeprefix("/api"))
        assert asset.status_code == 200
        assert asset.headers["x-content-type-options"] == "nosniff"


def test_page_has_no_script_of_its_own(client: httpx.Client) -> None:
    # The policy would not let it run.
    assert not re.search(r"<script>|\son\w+=", client.get("/docs").text)


def test_user_interface_reads_openapi_3_1(client: httpx.Client) -> None:
    version = re.search(r'PACKAGE_VERSION:"(\d+)', client.get("/docs/swagger-ui-bundle.js").text)
    assert version is not None
    assert int(version[1]) >= 5


@pytest.mark.parametrize("name", ["index.html", "..%2Fdocumentation.py", "..%5Cx", "%00", "redoc.js"])
def test_no_other_file_is_served(client: httpx.Client, name: str) -> None:
    response = client.get(f"/docs/{name}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
