"""The OpenAPI document and its page, as they are sent."""

import json

from shared.http.documentation import asset, contract, page


def test_contract_is_the_openapi_document_as_json() -> None:
    document = contract()
    parsed = json.loads(document.body)
    assert parsed["openapi"].startswith("3.1")
    assert "/quotes/{symbol}" in parsed["paths"]
    assert document.media_type == "application/json"


def test_etag_changes_with_the_bytes() -> None:
    first, other = page("/api/docs"), page("/other/docs")
    assert first.etag == page("/api/docs").etag
    assert first.etag != other.etag


def test_path_of_the_page_cannot_inject_markup() -> None:
    body = page('/api/docs"><script>alert(1)</script>').body.decode()
    assert "<script>alert(1)" not in body
    assert "&lt;script&gt;" in body


def test_page_has_its_scripts_and_styles() -> None:
    body = page("/api/docs").body.decode()
    for name in ("start.js", "swagger-ui-bundle.js", "swagger-ui.css"):
        found = asset(name)
        assert found is not None, name
        assert len(found.body) > 100
        assert f"/api/docs/{name}" in body


def test_other_files_of_the_package_are_not_served() -> None:
    for name in ("index.html", "../documentation.py", "redoc.standalone.js", ""):
        assert asset(name) is None
