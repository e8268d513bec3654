"""The sheet of the discounted cash flow: inputs, ten years, and the value per share as live formulas."""

from dataclasses import dataclass

from shared.reports.rendering.sheet import Sheet
from shared.reports.valuation.discounted_cash_flow import YEARS, CashFlowAssumptions, value_cash_flows
from shared.reports.valuation.model import Assumption, Method, Valuation

_FIRST_YEAR_COLUMN = 1
_COMPUTED = {
    "cost_of_equity": "={risk_free_rate}+{beta}*{equity_premium}",
    "cost_of_capital": "=(1-{debt_weight})*{cost_of_equity}+{debt_weight}*{cost_of_debt}*(1-{tax})",
    "terminal_growth": "=MIN(MAX({risk_free_rate},0),0.025)",
}
"""Inputs that follow from others, as in ``shared.reports.valuation``."""


@dataclass(frozen=True)
class CashFlowCells:
    """Places of results: ``per_share`` is the cell of the value per share."""

    per_share: str


def write_cash_flow(sheet: Sheet, valuation: Valuation, method: Method) -> CashFlowCells:
    """Writes the method and returns the places of its results."""
    inputs = {
        one.name: one for one in (*valuation.assumptions, *method.assumptions) if one.name != "terminal_share"
    }
    sheet.header(0, ("Input", "Value", "Source"), (40, 18, 18))
    places = {name: f"$B${row}" for row, name in enumerate(inputs, start=2)}
    for row, (name, assumed) in enumerate(inputs.items(), start=1):
        _write_input(sheet, row, name, assumed, places)
    assumed_values = {name: one.value for name, one in inputs.items()}
    rate = assumed_values["cost_of_capital"]
    assumptions = CashFlowAssumptions(
        **{name: assumed_values[name] for name in CashFlowAssumptions.__dataclass_fields__}
    )
    return _write_years(sheet, len(inputs) + 3, assumptions, rate, places)


def _write_input(sheet: Sheet, row: int, name: str, assumed: Assumption, places: dict[str, str]) -> None:
    sheet.text(row, 0, assumed.label)
    in_percent = assumed.unit == "fraction"
    if name in _COMPUTED:
        formula = _COMPUTED[name].format(**places)
        sheet.formula(row, 1, formula, assumed.value, "percent" if in_percent else "number")
    else:
        sheet.number(row, 1, assumed.value, "input_percent" if in_percent else "input")
    sheet.text(row, 2, assumed.source)


def _write_years(
    sheet: Sheet, top: int, assumed: CashFlowAssumptions, rate: float, places: dict[str, str]
) -> CashFlowCells:
    """Writes the forecast from row ``top`` on: year, revenue, income after tax, reinvestment, cash flow."""
    labels = (
        "Year",
        "Growth",
        "Revenue",
        "Income after tax",
        "Reinvestment",
        "Free cash flow",
        "Present value",
    )
    for offset, label in enumerate(labels):
        sheet.text(top + offset, 0, label, "bold")
    flows = value_cash_flows(assumed, rate).flows
    last = assumed.terminal_growth / assumed.terminal_return
    revenue = assumed.revenue
    for year in range(1, YEARS + 1):
        column, faded = _FIRST_YEAR_COLUMN + year - 1, (year - 1) / (YEARS - 1)
        growth = assumed.growth + (assumed.terminal_growth - assumed.growth) * faded
        reinvested = assumed.reinvestment + (last - assumed.reinvestment) * faded
        revenue *= 1 + growth
        income = revenue * assumed.margin * (1 - assumed.tax)
        at = [sheet.cell(top + offset, column) for offset in range(len(labels))]
        before = places["revenue"] if year == 1 else sheet.cell(top + 2, column - 1)
        share = f"({year}-1)/{YEARS - 1}"
        last_part = f"{places['terminal_growth']}/{places['terminal_return']}"
        sheet.number(top, column, year, "number")
        sheet.formula(
            top + 1,
            column,
            f"={places['growth']}+({places['terminal_growth']}-{places['growth']})*{share}",
            growth,
            "percent",
        )
        sheet.formula(top + 2, column, f"={before}*(1+{at[1]})", revenue, "number")
        sheet.formula(top + 3, column, f"={at[2]}*{places['margin']}*(1-{places['tax']})", income, "number")
        sheet.formula(
            top + 4,
            column,
            f"={places['reinvestment']}+({last_part}-{places['reinvestment']})*{share}",
            reinvested,
            "percent",
        )
        sheet.formula(top + 5, column, f"={at[3]}*(1-{at[4]})", flows[year - 1], "number")
        discounted = flows[year - 1] / (1 + rate) ** year
        sheet.formula(
            top + 6, column, f"={at[5]}/(1+{places['cost_of_capital']})^{year}", discounted, "number"
        )
    return _write_result(sheet, top + len(labels) + 1, assumed, rate, places, top)  # fmt: skip


def _write_result(
    sheet: Sheet, row: int, assumed: CashFlowAssumptions, rate: float, places: dict[str, str], top: int
) -> CashFlowCells:
    found = value_cash_flows(assumed, rate)
    discounted = found.enterprise_value * found.terminal_share
    first, last = sheet.cell(top + 6, _FIRST_YEAR_COLUMN), sheet.cell(top + 6, _FIRST_YEAR_COLUMN + YEARS - 1)
    last_flow = sheet.cell(top + 5, _FIRST_YEAR_COLUMN + YEARS - 1)
    growth, capital = places["terminal_growth"], places["cost_of_capital"]
    terminal = f"={last_flow}*(1+{growth})/({capital}-{growth})/(1+{capital})^{YEARS}"
    at = [sheet.cell(row + offset, 1) for offset in range(5)]
    rows = (
        ("Present value of ten years", f"=SUM({first}:{last})", found.enterprise_value - discounted),
        ("Present value of the terminal value", terminal, discounted),
        ("Enterprise value", f"={at[0]}+{at[1]}", found.enterprise_value),
        ("Terminal value in enterprise value", f"={at[1]}/{at[2]}", found.terminal_share),
        (
            "Value per share",
            f"=MAX(0,({at[2]}-{places['net_debt']}-{places['minority_interest']})/{places['shares']})",
            found.per_share,
        ),
    )
    for offset, (label, formula, value) in enumerate(rows):
        sheet.text(row + offset, 0, label, "bold")
        sheet.formula(row + offset, 1, formula, value, "percent" if offset == 3 else "number")
    return CashFlowCells(at[4])
