"""The track record over HTTP."""

import httpx

from tests.support.contract import check_response


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
