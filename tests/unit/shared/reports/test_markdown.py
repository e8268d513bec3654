"""A report as Markdown."""

from typing import Any

from shared.reports.rendering.markdown import render_markdown


def report(**changes: object) -> dict[str, Any]:
    return {
        "symbol": "AAPL",
        "name": "Apple Inc.",
        "currency": "USD",
        "timestamp": "2026-11-20T21:00:00Z",
        "report_type": "quick_overview",
        "time_horizon": "medium_term",
        "summary": "Apple is fine [1].",
        "recommendation": {
            "action": "strong_buy",
            "target_price": 1234.5,
            "confidence": 0.625,
            "time_frame_months": 12,
            "rationale": "The rule says so.",
        },
        "analysis_sections": [
            {
                "title": "Price",
                "content": "It rose.",
                "key_metrics": {"Price": "250.50 USD", "Volume": "51,000,000"},
                "risk_factors": ["It may fall."],
            }
        ],
        "sources": [
            {
                "id": 1,
                "kind": "quote",
                "symbol": "AAPL",
                "source": "yahoo",
                "as_of": "2026-11-20T21:00:00Z",
                "stale": True,
            }
        ],
        "figures": {"stated": 1, "supported": 1, "unsupported": []},
        "metadata": {
            "provider": "offline",
            "model": "composed",
            "fallback": True,
            "fallback_reason": "openai is not configured",
            "missing": ["news: down"],
            "data_sources": ["yahoo"],
        },
        "disclaimer": "No advice.",
        **changes,
    }


def test_everything_a_reader_needs_is_there() -> None:
    text = render_markdown(report())
    assert text.startswith("# Apple Inc. (AAPL)\n")
    assert "Apple is fine [1]." in text
    for line in (
        "*Quick overview · Medium term · 2026-11-20T21:00:00Z*",
        "## Recommendation: Strong buy",
        "| Target price | 1,234.50 USD |",
        "| Confidence | 62% |",
        "| Volume | 51,000,000 |",
        "- It may fall.",
        "1. quote of AAPL: yahoo, as of 2026-11-20T21:00:00Z (stale)",
        "- news: down",
        "Written by offline (composed), because openai is not configured.",
        "*No advice.*",
    ):
        assert line in text.splitlines()


def test_sample_data_is_named_at_the_top() -> None:
    sample = report()
    sample["metadata"]["data_sources"] = ["sample"]
    text = render_markdown(sample)
    assert text.index("Made from sample data") < text.index("Apple is fine")
    assert "Made from sample data" not in render_markdown(report())


def test_text_from_outside_is_inert() -> None:
    hostile = "[1](javascript:alert(1)) [2]: x [3][4] "
    hostile += "<script>alert(1)</script> [x](javascript:alert(1)) | **b** `c`\n# Heading"
    text = render_markdown(report(name=hostile, summary=hostile))
    assert "<script>" not in text
    assert "[x](" not in text
    assert "[1](" not in text
    assert "[2]:" not in text
    assert "[3][4]" not in text
    assert "\n# Heading" not in text
    assert "**b**" not in text
