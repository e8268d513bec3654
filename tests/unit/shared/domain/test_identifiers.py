"""ISINs: form and check digit."""

import pytest

from shared.domain.identifiers import isin_in


@pytest.mark.parametrize(
    "isin", ["US0378331005", "DE0007164600", "JP3633400001", "US02079K3059", "CH0038863350", "KYG875721634"]
)
def test_isin_is_recognised_in_any_case(isin: str) -> None:
    assert isin_in(f" {isin.lower()} ") == isin


@pytest.mark.parametrize(
    "text", ["US0378331006", "US037833100", "AAPL", "CIK0000320193", "0000320193", "ＵＳ0378331005", ""]
)
def test_other_text_is_no_isin(text: str) -> None:
    assert isin_in(text) is None
