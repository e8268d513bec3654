"""Writes sentences and figures in one language.

Sentences are templates of the catalogue. A placeholder names how its value is written: ``{growth:fraction}``
is 0.08 as "8.00%". A sentence with an unknown value is left out, since a figure that is not known is not
written as zero or as absent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, Literal

from shared.domain.formatting import ABSENT, amount_decimals, per_share_decimals
from shared.reports.language.language_catalogue import Catalogue, Language, Scale, catalogue_of

if TYPE_CHECKING:
    from babel import Locale

Style = Literal[
    "price",
    "per_share",
    "amount",
    "large",
    "fraction",
    "signed_fraction",
    "rounded_fraction",
    "percent",
    "signed_percent",
    "ratio",
    "times",
    "whole",
    "index",
    "score",
]
"""How a number is written: ``price`` in the instrument's currency, ``per_share`` for earnings and dividends,
which have decimals of their own, ``amount`` as 3.21B in it, ``large`` without; ``fraction`` as percent,
``rounded_fraction`` without decimals; ``ratio`` with two decimals, ``times`` and ``index`` with one."""
Side = Literal["above", "at", "below"]
"""Where a figure is beside another."""
_MINUS: Final = "\u2212"
_WITHOUT_DECIMALS: Final = 1000
_ROUNDED_UP: Final = 0.999995
"""From this part of a scale on, two decimals of the smaller one round to a thousand."""


class Money(float):
    """An amount in another currency than the instrument's.

    Attributes:
        currency: ISO 4217; None leaves it out.
    """

    currency: str | None

    def __new__(cls, value: float, currency: str | None) -> "Money":
        """Returns the amount."""
        amount = super().__new__(cls, value)
        amount.currency = currency
        return amount


@dataclass(frozen=True)
class Writer:
    """Writes in one language about one instrument.

    Attributes:
        catalogue: Texts of the language.
        currency: Currency of prices; None for points.
        decimals: Decimals of prices; None for the customary ones.
    """

    catalogue: Catalogue
    currency: str | None = None
    decimals: int | None = None

    @classmethod
    def of(cls, language: Language, currency: str | None = None, decimals: int | None = None) -> "Writer":
        """Returns the writer of a language."""
        return cls(catalogue_of(language), currency, decimals)

    @property
    def language(self) -> Language:
        """ISO 639-1 code."""
        return self.catalogue.language

    @property
    def writes_details(self) -> bool:
        """Returns whether details of errors and remarks, which are English, are in its language."""
        return self.language == "en"

    @property
    def points_decimals(self) -> int:
        """Decimals of prices without currency: those of prices, two if they are not known."""
        return 2 if self.decimals is None else self.decimals

    def text(self, key: str) -> str:
        """Returns a text without placeholders, such as a label."""
        return self.catalogue.text(key)

    def say(self, key: str, **values: Any) -> str:  # noqa: ANN401 - texts, numbers and dates
        """Returns a sentence; an empty text when one of its values is None."""
        if any(value is None for value in values.values()):
            return ""
        said = _TemplateFormatter(self).vformat(self.catalogue.text(key), (), values)
        # "10 Mio." at the end of a sentence has one full stop.
        return said[:-1] if said.endswith("..") and not said.endswith("...") else said

    def word(self, table: str, key: str, other: str) -> str:
        """Returns the text ``table.key``, or ``other`` when the catalogue has none."""
        return self.catalogue.texts.get(f"{table}.{key}", other)

    def quoted(self, text: str) -> str:
        """Returns a text of a source in the quotation marks of the language."""
        return self.text("format.quotation").format(text=text)

    def say_counted(self, key: str, count: int | None, **values: Any) -> str:  # noqa: ANN401 - as ``say``
        """Returns the sentence for a number of things: ``key.one``, ``key.other`` by the plural rules."""
        if count is None:
            return ""
        form = _locale(self.language).plural_form(count)
        # Japanese and Chinese have no plural, but may say of a single one what it is.
        form = "one" if count == 1 else form
        known = form if f"{key}.{form}" in self.catalogue.texts else "other"
        return self.say(f"{key}.{known}", count=count, **values)

    def paragraph(self, *sentences: str) -> str:
        """Returns the sentences that are not empty as one paragraph."""
        return self.text("format.between_sentences").join(sentence for sentence in sentences if sentence)

    def listed(self, items: Sequence[str]) -> str:
        """Returns ``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        comma, last = self.text("format.comma"), self.text("format.and")
        return f"{comma.join(items[:-1])}{last}{items[-1]}"

    def figure(self, value: float | None, style: Style) -> str:
        """Returns a figure as people of the language write it; an en dash when it is None."""
        return ABSENT if value is None else _STYLES[style](self, value)

    def side(self, value: float, other: float, style: Style) -> Side:
        """Returns where a figure is beside another; figures that are written alike are at each other."""
        if self.figure(value, style) == self.figure(other, style):
            return "at"
        return "above" if value > other else "below"

    def number(self, value: float, decimals: int, *, signed: bool = False) -> str:
        """Returns a number with the separators of the language; zero has no sign."""
        from babel.numbers import format_decimal

        # Babel rounds half to even on decimals; formatting does the same on floats.
        rounded = float(f"{value:.{decimals}f}")
        pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        digits = format_decimal(abs(rounded), format=pattern, locale=_locale(self.language))
        sign = _MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return f"{sign}{digits}"

    def price(self, value: float) -> str:
        """Returns a price with its currency."""
        currency = value.currency if isinstance(value, Money) else self.currency
        decimals = self.decimals
        if decimals is None or isinstance(value, Money):
            decimals = amount_decimals(value, currency)
        return self._with_currency(self.number(value, decimals), currency)

    def per_share(self, value: float) -> str:
        """Returns earnings or a dividend per share with their currency."""
        currency = value.currency if isinstance(value, Money) else self.currency
        return self._with_currency(self.number(value, per_share_decimals(value, currency)), currency)

    def large(self, value: float) -> str:
        """Returns ``3210000000`` as ``3.21B``; below the smallest scale in full.

        Thousands of a scale have no decimals: ``37.154 millones``.
        """
        for scale in self.catalogue.scales:
            # 999,999,999 is 1.00B, not 1,000M.
            if abs(value) >= scale.factor * _ROUNDED_UP:
                scaled = value / scale.factor
                decimals = 2 if round(abs(scaled), 2) < _WITHOUT_DECIMALS else 0
                word = scale.one if scale.one and self._is_singular(scaled, decimals) else scale.word
                return self.text("format.scaled").format(number=self.number(scaled, decimals), scale=word)
        return self.number(value, 0)

    def _is_singular(self, value: float, decimals: int) -> bool:
        """Returns whether a number as written takes the singular: below 2 in French, 1 in Spanish."""
        return _locale(self.language).plural_form(abs(round(value, decimals))) == "one"

    def amount(self, value: float) -> str:
        """Returns a large amount with its currency."""
        currency = value.currency if isinstance(value, Money) else self.currency
        return self._with_currency(self.large(value), currency)

    def percent(self, value: float, decimals: int = 2, *, signed: bool = False) -> str:
        """Returns a figure in percent."""
        return self.text("format.percent").format(number=self.number(value, decimals, signed=signed))

    def day(self, day: date) -> str:
        """Returns a day: ``28 November 2026``."""
        from babel.dates import format_date

        return str(format_date(day, self.text("format.date"), locale=_locale(self.language)))

    def month(self, day: date) -> str:
        """Returns the month of a day: ``Nov``."""
        from babel.dates import format_date

        return str(format_date(day, self.text("format.month"), locale=_locale(self.language)))

    def short_date(self, day: date) -> str:
        """Returns day and month: ``28 Nov``."""
        from babel.dates import format_date

        return str(format_date(day, self.text("format.short_date"), locale=_locale(self.language)))

    def table_scale(self, largest: float) -> Scale:
        """Returns the scale of a table with amounts up to ``largest``."""
        scales = self.catalogue.table_scales
        return next((scale for scale in scales if abs(largest) >= 10 * scale.factor), scales[-1])

    def _with_currency(self, digits: str, currency: str | None) -> str:
        return f"{digits} {currency}" if currency else digits


class _TemplateFormatter(Formatter):
    """Fills a template: the format of a placeholder is a style of the writer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - as the base class
        if isinstance(value, str) or not format_spec:
            return str(value)
        if format_spec == "date":
            return self._writer.day(value)
        return str(_STYLES[format_spec](self._writer, value))  # type: ignore[index]


_STYLES: Final[Mapping[Style, Any]] = {
    "price": Writer.price,
    "per_share": Writer.per_share,
    "amount": Writer.amount,
    "large": Writer.large,
    "fraction": lambda writer, value: writer.percent(value * 100),
    "signed_fraction": lambda writer, value: writer.percent(value * 100, signed=True),
    "rounded_fraction": lambda writer, value: writer.percent(value * 100, 0),
    "percent": Writer.percent,
    "signed_percent": lambda writer, value: writer.percent(value, signed=True),
    "ratio": lambda writer, value: writer.number(value, 2),
    "times": lambda writer, value: writer.number(value, 1),
    "whole": lambda writer, value: writer.number(value, 0),
    "index": lambda writer, value: writer.number(value, 1),
    "score": lambda writer, value: writer.number(value, 2, signed=True),
}


@cache
def _locale(language: Language) -> "Locale":
    from babel import Locale

    return Locale.parse(language)
