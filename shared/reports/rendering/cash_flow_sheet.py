"""The sheet of the discounted cash flow: inputs, three scenarios of ten years, live formulas."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from shared.reports.language.writer import Writer
from shared.reports.rendering.sheet import CellStyle, Sheet
from shared.reports.valuation.discounted_cash_flow import (
    YEARS,
    CashFlowAssumptions,
    CashFlowValue,
    value_cash_flows,
)
from shared.reports.valuation.model import Assumption, Method, Scenario, Valuation
from shared.reports.valuation.valuation_formulas import reinvestment_for_growth

_FIRST_YEAR_COLUMN: Final = 1
_COMPUTED: Final = {
    "cost_of_equity": "={risk_free_rate}+{beta}*{equity_premium}",
    "cost_of_capital": "=(1-{debt_weight})*{cost_of_equity}+{debt_weight}*{cost_of_debt}*(1-{tax})",
    "terminal_growth": "=MIN(MAX({risk_free_rate},0),0.025)",
    "bear_growth": "={growth}-{scenario_step}",
    "bull_growth": "={growth}+{scenario_step}",
}
"""Inputs that follow from others, as in ``shared.reports.valuation``."""
_ROWS: Final = (
    "year",
    "growth",
    "revenue",
    "income",
    "reinvestment",
    "free_cash_flow",
    "present_value",
)
"""Rows of a forecast; ``workbook.rows`` of the catalogues has their labels."""
_RESULTS: Final = ("forecast", "terminal", "enterprise_value", "terminal_share", "per_share")
"""Rows below a forecast; ``workbook.results`` has their labels."""
_GAP: Final = 2
"""Rows between blocks."""


@dataclass(frozen=True)
class CashFlowCells:
    """Places of results.

    Attributes:
        sheet: Name of the sheet.
        per_share: Cell of the value per share by name of the scenario.
    """

    sheet: str
    per_share: Mapping[str, str]


@dataclass(frozen=True)
class _View:
    """One scenario to be written: its name, assumptions, and the places of its inputs."""

    name: str
    assumed: CashFlowAssumptions
    rate: float
    places: Mapping[str, str]

    @property
    def value(self) -> CashFlowValue:
        """The forecast; all zero without a margin, as in ``shared.reports.valuation``."""
        if self.assumed.margin <= 0:
            return CashFlowValue((0.0,) * YEARS, 0.0, 0.0, 0.0)
        return value_cash_flows(self.assumed, self.rate)


def write_cash_flow(sheet: Sheet, valuation: Valuation, method: Method, writer: Writer) -> CashFlowCells:
    """Writes the method and its scenarios; returns the places of the values per share."""
    inputs = {
        one.name: one for one in (*valuation.assumptions, *method.assumptions) if one.name != "terminal_share"
    }
    inputs |= _scenario_inputs(valuation.scenarios, writer)
    headings = [writer.text(f"workbook.{name}") for name in ("input", "value", "source")]
    sheet.header(0, headings, (46, 18, 18))
    places = {name: f"$B${row}" for row, name in enumerate(inputs, start=2)}
    for row, (name, assumed) in enumerate(inputs.items(), start=1):
        _write_input(sheet, row, name, assumed, places)
    values = {name: one.value for name, one in inputs.items()}
    base = CashFlowAssumptions(**{name: values[name] for name in CashFlowAssumptions.__dataclass_fields__})
    cells, top = {}, len(inputs) + _GAP
    for view in _views(base, values, places):
        cells[view.name], top = _write_view(sheet, top, view, writer)
    return CashFlowCells(sheet.worksheet.get_name(), cells)


def _scenario_inputs(scenarios: tuple[Scenario, ...], writer: Writer) -> dict[str, Assumption]:
    """Returns what the scenarios add: the step in growth, and growth and margin of bear and bull."""
    by_name = {view.name: {one.name: one for one in view.assumptions} for view in scenarios}
    step = by_name["base"]["growth"].value - by_name["bear"]["growth"].value
    inputs = {
        "scenario_step": Assumption(
            name="scenario_step",
            label=writer.text("assumptions.scenario_step"),
            value=step,
            unit="fraction",
            source=writer.text("evidence.scenario_step"),
        )
    }
    for name in ("bear", "bull"):
        growth, margin = by_name[name]["growth"], by_name[name]["margin"]
        for key, assumed, source in (
            (f"{name}_growth", growth, "scenario_growth"),
            (f"{name}_margin", margin, f"{name}_margin"),
        ):
            said = {
                "label": writer.text(f"assumptions.{key}"),
                "source": writer.text(f"evidence.{source}"),
            }
            inputs[key] = assumed.model_copy(update=said)
    return inputs


def _views(
    base: CashFlowAssumptions, values: Mapping[str, float], places: Mapping[str, str]
) -> tuple[_View, ...]:
    rate = values["cost_of_capital"]
    views = [_View("base", base, rate, places)]
    for name in ("bear", "bull"):
        assumed = replace(base, growth=values[f"{name}_growth"], margin=values[f"{name}_margin"])
        own = {"growth": places[f"{name}_growth"], "margin": places[f"{name}_margin"]}
        views.append(_View(name, assumed, rate, {**places, **own}))
    return tuple(views)


def _write_input(sheet: Sheet, row: int, name: str, assumed: Assumption, places: Mapping[str, str]) -> None:
    sheet.text(row, 0, assumed.label)
    in_percent = assumed.unit == "fraction"
    if name in _COMPUTED:
        formula = _COMPUTED[name].format(**places)
        sheet.formula(row, 1, formula, assumed.value, "percent" if in_percent else "number")
    else:
        sheet.number(row, 1, assumed.value, "input_percent" if in_percent else "input")
    sheet.text(row, 2, assumed.source)


def _write_view(sheet: Sheet, top: int, view: _View, writer: Writer) -> tuple[str, int]:
    """Writes the forecast of a scenario; returns the place of its value per share and the next free row."""
    name = writer.text(f"workbook.scenarios.{view.name}")
    sheet.text(top, 0, writer.say("workbook.scenario", name=name), "header")
    years = top + 1
    for offset, label in enumerate(_ROWS):
        sheet.text(years + offset, 0, writer.text(f"workbook.rows.{label}"), "bold")
    value, revenue = view.value, view.assumed.revenue
    for year in range(1, YEARS + 1):
        revenue = _write_year(sheet, years, view, year, (revenue, value.flows[year - 1]))
    result = years + len(_ROWS) + 1
    for offset, label in enumerate(_RESULTS):
        text = writer.text(f"workbook.results.{label}")
        if view.name != "base":
            text = writer.say("workbook.of_scenario", label=text, name=name)
        sheet.text(result + offset, 0, text, "bold")
    return _write_result(sheet, result, years, view, value), result + len(_RESULTS) + _GAP


def _write_year(sheet: Sheet, top: int, view: _View, year: int, known: tuple[float, float]) -> float:
    """Writes a column: year, growth, revenue, income, reinvestment, flow, present value; returns revenue.

    Args:
        sheet: The sheet.
        top: Row of the years.
        view: The scenario.
        year: 1 for the first year.
        known: Revenue of the year before, and free cash flow of the year.
    """
    assumed, places = view.assumed, view.places
    column, faded = _FIRST_YEAR_COLUMN + year - 1, (year - 1) / (YEARS - 1)
    last = reinvestment_for_growth(assumed.terminal_growth, assumed.terminal_return)
    growth = assumed.growth + (assumed.terminal_growth - assumed.growth) * faded
    revenue, flow = known[0] * (1 + growth), known[1]
    at = [sheet.cell(top + offset, column) for offset in range(len(_ROWS))]
    before = places["revenue"] if year == 1 else sheet.cell(top + 2, column - 1)
    share, end = f"({year}-1)/{YEARS - 1}", f"{places['terminal_growth']}/{places['terminal_return']}"
    g, r = places["growth"], places["reinvestment"]
    rows: tuple[tuple[str, float, CellStyle], ...] = (
        (f"={g}+({places['terminal_growth']}-{g})*{share}", growth, "percent"),
        (f"={before}*(1+{at[1]})", revenue, "number"),
        (
            f"={at[2]}*{places['margin']}*(1-{places['tax']})",
            revenue * assumed.margin * (1 - assumed.tax),
            "number",
        ),
        (
            f"={r}+({end}-{r})*{share}",
            assumed.reinvestment + (last - assumed.reinvestment) * faded,
            "percent",
        ),
        (f"={at[3]}*(1-{at[4]})", flow, "number"),
        (f"={at[5]}/(1+{places['cost_of_capital']})^{year}", flow / (1 + view.rate) ** year, "number"),
    )
    sheet.number(top, column, year, "number")
    for offset, (formula, value, style) in enumerate(rows, start=1):
        sheet.formula(top + offset, column, formula, value, style)
    return revenue


def _write_result(sheet: Sheet, row: int, top: int, view: _View, found: CashFlowValue) -> str:
    """Writes what the years of row ``top`` are worth; returns the place of the value per share."""
    places = view.places
    discounted = found.enterprise_value * found.terminal_share
    first, last = (sheet.cell(top + 6, _FIRST_YEAR_COLUMN + offset) for offset in (0, YEARS - 1))
    last_flow = sheet.cell(top + 5, _FIRST_YEAR_COLUMN + YEARS - 1)
    growth, capital = places["terminal_growth"], places["cost_of_capital"]
    terminal = f"={last_flow}*(1+{growth})/({capital}-{growth})/(1+{capital})^{YEARS}"
    at = [sheet.cell(row + offset, 1) for offset in range(len(_RESULTS))]
    equity = f"({at[2]}-{places['net_debt']}-{places['minority_interest']})/{places['shares']}"
    rows: tuple[tuple[str, float, CellStyle], ...] = (
        (f"=SUM({first}:{last})", found.enterprise_value - discounted, "number"),
        (terminal, discounted, "number"),
        (f"={at[0]}+{at[1]}", found.enterprise_value, "number"),
        (f"=IF({at[2]}>0,{at[1]}/{at[2]},0)", found.terminal_share, "percent"),
        (f"=IF({at[2]}>0,MAX(0,{equity}),0)", found.per_share, "number"),
    )
    for offset, (formula, value, style) in enumerate(rows):
        sheet.formula(row + offset, 1, formula, value, style)
    return at[-1]
