"""Text of users that is shown on one line: titles."""

import re
from typing import Final

from shared.domain.visible_text import is_visible

MAX_TITLE: Final = 200
"""Characters of the title of a conversation."""

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that change the direction of the text around them."""


def single_line(text: str) -> str:
    """Returns text on one line, without control characters; empty if no character is visible."""
    line = " ".join(_CONTROLS.sub("", " ".join(text.split())).split())
    return line if is_visible(line) else ""
