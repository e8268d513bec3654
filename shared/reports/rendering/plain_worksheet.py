"""A worksheet of XlsxWriter for formulas that every version of Excel knows."""

from xlsxwriter.worksheet import Worksheet


class PlainWorksheet(Worksheet):  # type: ignore[misc]
    """Writes formulas as they are.

    The library looks in each formula for thirty functions of newer versions of Excel, which need a prefix.
    That takes longer than to write the formula, and ours have none of them.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")
