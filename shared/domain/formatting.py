"""Figures as people read them. None is written as an en dash: absent, not zero."""

ABSENT = "–"

_WITHOUT_CENTS = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "VND", "XAF", "XOF"})
"""Currencies in use without a smaller unit (ISO 4217); small prices in them keep their decimals."""
_MAGNITUDES = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def number(value: float | None, decimals: int = 2) -> str:
    """``1234.5`` as ``1,234.50``."""
    return ABSENT if value is None else f"{value:,.{decimals}f}"


def money(value: float | None, currency: str | None, *, beside: float | None = None) -> str:
    """``1234.5`` as ``1,234.50 USD``.

    Args:
        value: In units of ``currency``.
        currency: ISO 4217; None leaves it out.
        beside: The price whose decimals it takes, when it is a change of one. Prices below 1 are quoted
            with four decimals, others with two, or with none from 100 on in a currency without cents.
    """
    if value is None:
        return ABSENT
    measure = abs(value if beside is None else beside)
    decimals = 4 if 0 < measure < 1 else 0 if measure >= 100 and currency in _WITHOUT_CENTS else 2
    digits = number(value, decimals)
    return f"{digits} {currency}" if currency else digits


def large(value: float | None, currency: str | None = None) -> str:
    """``3210000000`` as ``3.21B``; below a million in full."""
    if value is None:
        return ABSENT
    unit = f" {currency}" if currency else ""
    for size, suffix in _MAGNITUDES:
        if abs(value) >= size:
            return f"{value / size:,.2f}{suffix}{unit}"
    return f"{value:,.0f}{unit}"


def percent(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """A figure in percent: ``1.25`` as ``1.25%``."""
    if value is None:
        return ABSENT
    return f"{value:+,.{decimals}f}%" if signed else f"{value:,.{decimals}f}%"


def fraction(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """A fraction in percent: ``0.0125`` as ``1.25%``."""
    return ABSENT if value is None else percent(value * 100, decimals, signed=signed)
