"""The web console over HTTP: who may load it, what it may load, and how long browsers may keep it."""

import gzip
import re

import httpx
import pytest

from tests.api.test_docs import Links

MAX_PAGE_BYTES = 120_000
"""Compressed, without the chart library."""


def page_links(client: httpx.Client, path: str = "/console") -> list[str]:
    links = Links()
    links.feed(client.get(path).text)
    return [link for link in links.loaded if not link.startswith("data:")]


@pytest.mark.parametrize("path", ["/console", "/console/", "/CONSOLE"])
def test_page_loads_its_own_files_only(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    links = page_links(client, path)
    assert len(links) > 5
    for link in links:
        assert re.fullmatch(r"/api/console/assets/[0-9a-f]{16}/[\w-]+\.(js|css)", link, re.IGNORECASE)
        assert client.get(link.removeprefix("/api")).status_code == 200


def test_policy_allows_no_inline_script_and_no_other_origin(client: httpx.Client) -> None:
    page = client.get("/console")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "'self' data:"
    for name in ("script-src", "style-src", "connect-src"):
        assert policy[name] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    # The policy would not let them work.
    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", page.text)


def test_page_is_revalidated_and_its_files_are_immutable(client: httpx.Client) -> None:
    page = client.get("/console")
    assert page.headers["cache-control"] == "no-cache"
    link = page_links(client)[0].removeprefix("/api")
    file = client.get(link)
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    for path, response in (("/console", page), (link, file)):
        again = client.get(path, headers={"If-None-Match": response.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_chart_library_and_time_zones_are_served(client: httpx.Client) -> None:
    folder = page_links(client)[0].removeprefix("/api").rpartition("/")[0]
    assert "Lightweight Charts" in client.get(f"{folder}/lightweight-charts.js").text
    zones = client.get(f"{folder}/time-zones.json").json()
    assert (zones["suffixes"]["L"], zones["indices"]["^N225"]) == ("Europe/London", "Asia/Tokyo")


def test_page_is_small(client: httpx.Client) -> None:
    bodies = [client.get("/console").content]
    bodies += [client.get(link.removeprefix("/api")).content for link in sorted(set(page_links(client)))]
    assert sum(len(gzip.compress(body)) for body in bodies) < MAX_PAGE_BYTES


@pytest.mark.parametrize(
    "path",
    [
        "0123456789abcdef/app.js",
        "VERSION/index.html",
        "VERSION/..%2Fconsole.py",
        "VERSION/%00",
        "VERSION/x.js",
    ],
)
def test_other_versions_and_files_are_not_found(client: httpx.Client, path: str) -> None:
    version = page_links(client)[0].split("/")[-2]
    response = client.get(f"/console/assets/{path.replace('VERSION', version)}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "immutable" not in response.headers.get("cache-control", "")


def test_page_contains_no_data_and_needs_no_key(client: httpx.Client) -> None:
    # The function is anonymous: whatever it says is public.
    text = client.get("/console").text
    assert "AAPL" in text  # a link to an example
    assert not re.search(r"\d+\.\d+ ?(USD|%)|x-functions-key", text)


def test_start_of_the_local_host_is_the_console(host: str) -> None:
    response = httpx.get(host, follow_redirects=False, timeout=60)
    assert (response.status_code, response.headers["location"]) == (307, "/api/console")
