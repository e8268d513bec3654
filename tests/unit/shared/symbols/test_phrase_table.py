"""Written names in a text."""

from shared.symbols.name_text import words_of
from shared.symbols.phrase_table import EastAsianNames, NamePhrase, PhraseTable

TABLE = PhraseTable([("Square*", "Block"), ("Delivery Hero", "Delivery Hero"), ("Hero", "H"), ("京东", "JD")])


def test_longest_phrase_at_a_word() -> None:
    words = words_of("delivery hero square")
    assert TABLE.at(words, 0) == NamePhrase("Delivery Hero", 2)
    assert TABLE.at(words, 1) == NamePhrase("H", 1)
    assert TABLE.at(words, 2) == NamePhrase("Block", 1, common=True)
    assert TABLE.at(words_of("delivery"), 0) is None


def test_slip_in_a_long_word_of_a_phrase() -> None:
    table = PhraseTable([("delta*", "d"), ("Delta Airlines", "DAL"), ("First Solar", "FSLR")])
    assert table.at(words_of("delta airlnes"), 0) == NamePhrase("DAL", 2)
    assert table.at(words_of("delta airport"), 0) == NamePhrase("d", 1, common=True)
    assert table.at(words_of("first sola"), 0) is None


def test_slip_in_the_first_word_of_a_phrase() -> None:
    table = PhraseTable([("American Airlines", "AAL")])
    assert table.at(words_of("amercian airlines"), 0) == NamePhrase("AAL", 2)


def test_word_that_is_divided() -> None:
    table = PhraseTable([("Snowflake", "SNOW"), ("Zoom", "ZM")])
    assert table.at(words_of("snow flake"), 0) == NamePhrase("SNOW", 2, common=True)
    assert table.at(words_of("snow, flake"), 0) is None
    assert table.at(words_of("zo om"), 0) is None


def test_short_name_in_hangul_begins_a_word() -> None:
    names = EastAsianNames({"기아": "000270.KS"})
    assert names.find("현대차 vs 기아의 배당") == [(7, 9, "000270.KS")]
    assert names.find("경기아파트") == []


def test_east_asian_names_are_found_within_words() -> None:
    assert TABLE.east_asian.find("和京东比") == [(1, 3, "JD")]
    assert TABLE.east_asian.find("JD") == []
    assert TABLE.east_asian.get("京东") == "JD"


def test_longest_east_asian_name_wins() -> None:
    names = EastAsianNames({"三星": "a", "三星电子": "b"})
    assert names.find("三星电子和三星") == [(0, 4, "b"), (5, 7, "a")]


def test_short_name_in_katakana_is_no_part_of_a_longer_word() -> None:
    names = EastAsianNames({"ダウ": "^DJI", "テスラ": "TSLA", "ソフトバンク": "9984.T"})
    assert names.find("ダウの終値") == [(0, 2, "^DJI")]
    assert names.find("ダウンロード") == []
    assert names.find("アップル・テスラ") == [(5, 8, "TSLA")]


def test_name_in_katakana_is_no_end_of_a_word() -> None:
    names = EastAsianNames({"フォード": "F"})
    assert names.find("オックスフォード") == []
    assert names.find("フォード株") == [(0, 4, "F")]


def test_longer_name_in_katakana_begins_a_compound() -> None:
    names = EastAsianNames({"ソフトバンク": "9984.T"})
    assert names.find("ソフトバンクグループ") == [(0, 6, "9984.T")]
