"""External text within a prompt: one line of bounded length without the brackets of the list of facts."""

import json
from typing import Final

_MAX_QUOTED: Final = 300


def inert(text: str) -> str:
    """Returns a text on one line, without the brackets that open or close the list of facts."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())


def quoted(text: str, most: int = _MAX_QUOTED) -> str:
    """Returns external text as a JSON string of bounded length."""
    words = inert(text)
    return json.dumps(words if len(words) <= most else f"{words[: most - 1]}…", ensure_ascii=False)
