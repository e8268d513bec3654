"""Every language says everything: the same keys, and sentences with the same placeholders."""

from string import Formatter

import pytest

from shared.reports.language.language_catalogue import LANGUAGES, Language, catalogue_of
from shared.reports.report import Recommendation

OTHERS = [language for language in LANGUAGES if language != "en"]
MAY_HAVE_NO_SINGULAR = ("ja", "zh")


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, style or "") for _, name, style, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_text(language: Language) -> None:
    english, other = catalogue_of("en").texts, catalogue_of(language).texts
    missing = english.keys() - other.keys()
    if language in MAY_HAVE_NO_SINGULAR:
        missing = {key for key in missing if not key.endswith(".one")}
    assert not missing
    assert not other.keys() - english.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_has_the_same_figures_in_the_same_styles(language: Language) -> None:
    english, other = catalogue_of("en").texts, catalogue_of(language).texts
    differing = {
        key: text
        for key, text in other.items()
        if not key.endswith(".one") and placeholders(text) != placeholders(english[key])
    }
    assert not differing


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_left_in_english(language: Language) -> None:
    english, other = catalogue_of("en").texts, catalogue_of(language).texts
    same = [key for key, text in other.items() if text == english[key] and text.count(" ") > 2]
    assert not same


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_a_word(language: Language) -> None:
    actions = Recommendation.model_fields["action"].annotation.__args__  # type: ignore[union-attr]
    assert {catalogue_of(language).text(f"actions.{action}") for action in actions}
