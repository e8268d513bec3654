"""The catalogue of one language: its sentences, labels and ways to write numbers.

A catalogue is two TOML files: ``de.toml`` has the sentences and labels of sections, ``de.remarks.toml``
reasons, remarks, assumptions and the labels of the workbook. Every language has the same keys and every
sentence the same placeholders; ``tests/unit/shared/reports/language`` checks both.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

Language = Literal["en", "de", "fr", "es", "ja", "zh"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
_FOLDER: Final = Path(__file__).parent / "catalogues"


@dataclass(frozen=True)
class Scale:
    """A word for a large factor: ``Scale(1e9, "B")``.

    Attributes:
        factor: The number that the word means.
        word: The word behind a number.
        one: The word behind a number in the singular, ``1,50 million``; None where it is the same.
    """

    factor: float
    word: str
    one: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language.

    Attributes:
        language: ISO 639-1 code.
        tag: Language and region (BCP 47), as HTML and fonts need them.
        name: Name of the language in English, for models.
        texts: Texts by dotted key.
        scales: Words for large numbers, the largest first.
        table_scales: The same for the heads of tables.
        chart_scales: The same for the ticks of charts, as short as possible.
    """

    language: Language
    tag: str
    name: str
    texts: Mapping[str, str]
    scales: tuple[Scale, ...]
    table_scales: tuple[Scale, ...]
    chart_scales: tuple[Scale, ...]

    def text(self, key: str) -> str:
        """Returns a text.

        Raises:
            KeyError: The catalogue has no such key.
        """
        return self.texts[key]


@cache
def catalogue_of(language: Language) -> Catalogue:
    """Returns the catalogue of a language, read on first use."""
    content = {**_file(language), **_file(f"{language}.remarks")}
    about = content.pop("language")
    return Catalogue(
        language=language,
        tag=about["tag"],
        name=about["name"],
        texts=dict(_flat(content)),
        scales=tuple(Scale(*scale) for scale in about["scales"]),
        table_scales=tuple(Scale(*scale) for scale in about["table_scales"]),
        chart_scales=tuple(Scale(*scale) for scale in about["chart_scales"]),
    )


def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def _flat(content: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in content.items():
        pairs += _flat(value, f"{above}{key}.") if isinstance(value, dict) else [(f"{above}{key}", value)]
    return pairs
