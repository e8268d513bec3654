"""Whether text of users shows anything: questions, searches, titles."""

import unicodedata


def is_visible(text: str) -> bool:
    """Returns whether a character is neither white space nor a control, format or unassigned character."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def visible_text(text: str) -> str:
    """Returns text as it is; a validator.

    Raises:
        ValueError: No character is visible.
    """
    if not is_visible(text):
        raise ValueError("must have a visible character")
    return text
