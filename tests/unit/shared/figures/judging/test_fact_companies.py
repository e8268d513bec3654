"""Which company numbers are of where the text names none that is known."""

from typing import Any

import pytest

from shared.figures.checker import check_figures

ARMS: dict[str, Any] = {
    "symbol": "RHM.DE",
    "name": "Rheinmetall AG",
    "currency": "EUR",
    "price": 1684.5,
    "previous_close": 1729.0,
    "change": -44.5,
    "week_52_high": 2008.0,
    "rsi_14": 38.6,
}
NETWORK: dict[str, Any] = {
    "symbol": "META",
    "name": "Meta Platforms, Inc.",
    "currency": "USD",
    "price": 750.25,
    "previous_close": 741.15,
    "week_52_high": 796.25,
    "rsi_14": 61.2,
}
AIRLINE: dict[str, Any] = {
    "symbol": "DAL",
    "name": "Delta Air Lines, Inc.",
    "currency": "USD",
    "price": 61.72,
}
CARRIER: dict[str, Any] = {
    "symbol": "C6L.SI",
    "name": "Singapore Airlines Limited",
    "currency": "SGD",
    "price": 6.58,
}
CHIPS: dict[str, Any] = {
    "symbol": "TSM",
    "name": "Taiwan Semiconductor Manufacturing Company Limited",
    "currency": "USD",
    "price": 198.24,
}
CLOTHES: dict[str, Any] = {
    "symbol": "HM-B.ST",
    "name": "H & M Hennes & Mauritz AB",
    "currency": "SEK",
    "price": 178.35,
}
SHIRTS: dict[str, Any] = {
    "symbol": "9983.T",
    "name": "Fast Retailing Co., Ltd.",
    "currency": "JPY",
    "price": 56_710.0,
}
MINER: dict[str, Any] = {"symbol": "FCX", "name": "Freeport-McMoRan Inc.", "currency": "USD", "price": 41.08}


def _marked(text: str, *facts: dict[str, Any], question: str = "") -> list[str]:
    check = check_figures(text, facts, question)
    return [mark.text for mark in (*check.unsupported, *check.misattributed)]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("甲公司收于1,684.50欧元，RSI为38.6。", []),
        ("甲公司收于1,684.50欧元，RSI为38.6。52周高点为2,008欧元。", []),
        ("甲公司收于1,684.50欧元，RSI为83.6。", ["83.6"]),
        ("甲公司的RSI为38.6。", ["38.6"]),
    ],
)
def test_several_numbers_tell_the_company_whose_name_is_not_known(text: str, marked: list[str]) -> None:
    assert _marked(text, ARMS, NETWORK) == marked


def test_numbers_of_another_company_do_not_change_the_one_that_is_spoken_of() -> None:
    text = "Meta is expensive. It closed at $1,684.50, and its RSI is 38.6."
    assert _marked(text, ARMS, NETWORK) == ["$1,684.50", "38.6"]


@pytest.mark.parametrize("question", ["ラインメタルの株価は？", "ラインメタル"])
def test_name_within_a_longer_word_in_katakana_is_none(question: str) -> None:
    assert (
        _marked("終値は1,684.50ユーロで、52週高値は2,008ユーロです。", ARMS, NETWORK, question=question) == []
    )
    assert _marked("メタの終値は750.25ドルです。", ARMS, NETWORK, question=question) == []


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Delta closed at $61.72 and Freeport at $41.08.", []),
        ("Freeport closed at $61.72.", ["$61.72"]),
        ("Delta closed at $41.08.", ["$41.08"]),
        ("SIA closed at S$6.58, TSMC at $198.24.", []),
        ("TSMC closed at $6.58.", ["$6.58"]),
    ],
)
def test_short_name_of_a_company_of_the_facts(text: str, marked: list[str]) -> None:
    assert _marked(text, AIRLINE, MINER, CARRIER, CHIPS) == marked


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("H&M closed at SEK 178.35.", []),
        ("迅销收于56,710日元，H&M收于178.35瑞典克朗。", []),
        ("迅销收于178.35日元，H&M收于178.35瑞典克朗。", ["178.35日元"]),
    ],
)
def test_names_with_a_sign_and_names_in_chinese(text: str, marked: list[str]) -> None:
    assert _marked(text, CLOTHES, SHIRTS) == marked
