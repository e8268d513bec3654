"""Facts as the chat collected them from the sample source or recorded responses, with news of our own.

They are kept as files: the labels of the answers are right for these figures only.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from shared.domain.facts import Fact

PREFIX: Final = "app/"
_FOLDER: Final = Path(__file__).parent / "facts"


@cache
def application_worlds() -> Mapping[str, Sequence[Fact]]:
    """Returns the facts by the names of their worlds, which begin with ``app/``."""
    return {PREFIX + path.stem: _facts(path) for path in sorted(_FOLDER.glob("*.json"))}


def _facts(path: Path) -> tuple[Fact, ...]:
    return tuple(Fact(**document) for document in json.loads(path.read_text(encoding="utf-8")))
