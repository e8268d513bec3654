"""The track record over HTTP."""

from pathlib import Path

import httpx
from pymongo import MongoClient

from tests.support.api_client import running_service
from tests.support.contract import check_response
from tests.support.mongo import mongo_server

ANN = {"x-functions-key": "shop", "X-User-ID": "ann"}


def test_route_is_not_taken_for_a_report(client: httpx.Client) -> None:
    answer = client.get("/reports/track-record", params={"symbol": "AAPL", "report_type": "quick_overview"})
    assert (answer.status_code, answer.json()) == (200, {"rows": []})
    assert client.head("/reports/track-record").status_code == 200


def test_malformed_filters_are_a_400(client: httpx.Client) -> None:
    for params in ({"symbol": "A B"}, {"report_type": "novel"}):
        assert client.get("/reports/track-record", params=params).status_code == 400


def test_report_states_the_number_of_cases(client: httpx.Client) -> None:
    report = client.post("/reports", json={"symbol": "AAPL", "report_type": "technical_analysis"}).json()
    assert report["metadata"]["track_record"]["cases"] == 0
    page = client.get(f"/reports/{report['report_id']}", params={"format": "markdown"})
    assert "no rating of this kind has been scored yet" in page.text
    check_response(page)


def test_deleted_report_and_user_leave_their_ratings_without_owner(tmp_path: Path) -> None:
    with (
        mongo_server() as uri,
        running_service(tmp_path, MONGODB_URI=uri) as client,
        MongoClient[dict[str, object]](uri) as mongo,
    ):
        for symbol in ("AAPL", "MSFT"):
            body = {"symbol": symbol, "report_type": "quick_overview"}
            report = client.post("/reports", json=body, headers=ANN)
            assert report.status_code == 201
        assert client.delete(report.headers["location"].removeprefix("/api"), headers=ANN).status_code == 204
        assert client.delete("/users/ann", headers=ANN).status_code == 204
        assert client.get("/reports", headers=ANN).json()["reports"] == []
        copies = list(mongo["stock_research"]["recommendations"].find())
    assert {copy["symbol"] for copy in copies} == {"AAPL", "MSFT"}
    assert all("ann" not in str(copy) and "owner" not in copy for copy in copies)
