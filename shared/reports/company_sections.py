"""The section on the fair value of a company."""

from shared.domain.formatting import fraction, money, number
from shared.market.section_metrics import Metrics
from shared.reports.data import ReportData
from shared.reports.report import SectionFigure
from shared.reports.section_figures import PRICE_UNIT, unit_of
from shared.reports.section_plan import SectionPlan
from shared.reports.valuation.model import Valuation


def _fair_value_figures(data: ReportData) -> tuple[SectionFigure, ...]:
    valuation = data.valuation
    if valuation is None or valuation.fair_value_base is None:
        return ()
    currency, cited = unit_of(PRICE_UNIT, data), len(data.parts) + 1
    per_share: list[tuple[str, str, float | None]] = [
        ("fair_value_low", "Fair value, low", valuation.fair_value_low),
        ("fair_value_base", "Fair value, middle", valuation.fair_value_base),
        ("fair_value_high", "Fair value, high", valuation.fair_value_high),
        *((method.name, method.label, method.base) for method in valuation.methods if method.applicable),
        *((f"scenario_{view.name}", f"Scenario {view.name}", view.value) for view in valuation.scenarios),
    ]
    rates = [(one.name, one.label, one.value, one.unit, one.source_id) for one in valuation.assumptions]
    prices = [(name, label, value, currency, None) for name, label, value in per_share if value is not None]
    return tuple(
        SectionFigure(
            name=name, label=label, value=value, unit=unit, period=None, source_id=source_id or cited
        )
        for name, label, value, unit, source_id in (*prices, *rates)
    )


def _fair_value_metrics(data: ReportData) -> Metrics | None:
    price = data.quote.price
    metrics = {}
    for figure in _fair_value_figures(data):
        if figure.unit == "fraction":
            metrics[figure.label] = fraction(figure.value)
        elif figure.unit == "ratio":
            metrics[figure.label] = number(figure.value)
        else:
            metrics[figure.label] = money(figure.value, figure.unit, beside=price)
    return metrics or None


def _compose_fair_value(data: ReportData) -> str:
    valuation = data.valuation
    if valuation is None or valuation.fair_value_base is None:
        return "There is no fair value."
    currency, price, cite = valuation.currency, data.quote.price, data.cite_valuation()
    low, middle, high = (
        money(end, currency, beside=price)
        for end in (valuation.fair_value_low, valuation.fair_value_base, valuation.fair_value_high)
    )
    side = "above" if valuation.fair_value_base > price else "below"
    names = [method.label for method in valuation.methods if method.applicable]
    text = (
        f"The fair value of one share lies between {low} and {high} {cite}. "
        f"The middle fair value of {middle} is {side} the price {cite}. "
        f"Methods: {'; '.join(names)}."
    )
    return f"{text} {_scenarios(valuation, price, cite)}".rstrip()


def _scenarios(valuation: Valuation, price: float, cite: str) -> str:
    if not valuation.scenarios:
        return ""
    bear, base, bull = (money(view.value, valuation.currency, beside=price) for view in valuation.scenarios)
    return (
        f"By discounted cash flow the fair value is {base} if growth and margins go on as they were {cite}. "
        f"With slower growth and the lower margins of the own past years the fair value is {bear} {cite}. "
        f"With faster growth and the higher margins the fair value is {bull} {cite}."
    )


def _fair_value_risks(data: ReportData) -> tuple[str, ...]:
    valuation = data.valuation
    if valuation is None or not valuation.scenarios or valuation.scenarios[0].value >= data.quote.price:
        return ()
    worth = money(valuation.scenarios[0].value, valuation.currency, beside=data.quote.price)
    return (f"In the bear scenario the fair value is {worth}, below the price.",)


FAIR_VALUE = SectionPlan(
    "Fair value", _fair_value_metrics, _compose_fair_value, _fair_value_risks, figures=_fair_value_figures
)
