"""The formulas against worked examples published elsewhere: title, address, inputs and result of each."""

from dataclasses import dataclass

import pytest

from shared.reports.valuation import valuation_formulas as formulas

MORNINGSTAR = "http://news.morningstar.com/classroom2/course.asp?docId=145102&page=4&CN=COM"
DAMODARAN = "https://issuhub.com/view/index/228036?pageIndex="
HALF_CENT = 0.005


@dataclass(frozen=True)
class Example:
    """A published example.

    Attributes:
        title: Of the page.
        address: Where it is published.
        inputs: Arguments of the formula.
        result: As published.
        rounding: Half a unit of the last digit published; more where the page adds rounded parts.
    """

    title: str
    address: str
    inputs: tuple[object, ...]
    result: float
    rounding: float


PRESENT_VALUES = (
    Example(
        "Morningstar, Putting DCF into Action, step 3",
        MORNINGSTAR,
        ((575, 661.25, 760.44, 874.5, 1005.68, 1055.96, 1108.76, 1164.2, 1222.41, 1283.53), 0.09),
        5870,
        5,
    ),
    Example(
        "DCF calculation, value of the business",
        "https://annualreporting.info/dcf-calculation-value-of-the-business/",
        ((100, 100, 100, 100, 100 + 300), 0.1),
        565,
        1,
    ),
    Example(
        "Free cash flows and horizon value of Company X",
        "https://studylib.net/doc/8417449/",
        ((2, 2, 3, 2, 2.1 + 42), 0.1),
        34.475,
        0.02,
    ),
    Example(
        "Investopedia DCF tutorial, ACME Corp",
        "https://www.investopedia.com/university/dcf/dcf4.asp",
        ((18.5, 21.3, 24.1, 19.9, 21.3 + 316.9), 0.11),
        265.3,
        0.1,
    ),
)
TERMINAL_VALUES = (
    Example(
        "B4P documentation, function tv",
        "https://raw.githubusercontent.com/georgzurbonsen/georgzurbonsen.github.io/master/LIB_Function_tv.html",
        (100 * 1.05, 0.12, 0.05),
        1500,
        HALF_CENT,
    ),
    Example(
        "Horizon value at t = 3 of a free cash flow of 40 million",
        "https://qammunity.org/11394132/?show=11394133",
        (40 * 1.05, 0.10, 0.05),
        840,
        0.5,
    ),
    Example(
        "Terminal value at the end of year 2",
        "https://petfoodhonesty.com/responto/15695197",
        (80 * 1.1 * 1.1 * 1.05, 0.10, 0.05),
        2033,
        0.5,
    ),
    Example(
        "Free cash flows and horizon value of Company X",
        "https://studylib.net/doc/8417449/",
        (2.1, 0.10, 0.05),
        42,
        HALF_CENT,
    ),
)
COSTS_OF_EQUITY = (
    Example(
        "Required return of ABC stock (beta 1.8, market 8.5 %)",
        "https://studyx.ai/homework/111872017-assume-the-following-information-for-abc-stock-beta-1-8-risk-free-rate-of-return-4-0",
        (0.04, 1.8, 0.085 - 0.04),
        0.121,
        0.00005,
    ),
    Example(
        "Capital asset pricing model in financial modeling",
        "https://fastercapital.com/content/Capital-asset-pricing-model--Capital-asset-pricing-model-in-financial-modeling--How-to-estimate-the-risk-and-return-of-an-asset.html",
        (0.03, 1.2, 0.08),
        0.126,
        0.00005,
    ),
    Example(
        "Expected market return by the CAPM (beta 2, market 11.875 %)",
        "https://holooly.com/solutions-v2-1/assume-the-following-facts-risk-free-return-rf-7-75-per-cent-beta-2-expected-return-of-investors-r-16-per-cent-applying-capm-compute-the-expected-market-return-rm",
        (0.0775, 2, 0.11875 - 0.0775),
        0.16,
        0.00005,
    ),
)
WEIGHTED_COSTS = (
    Example(
        "WACC of 75 million of equity and 25 million of debt",
        "https://studylib.net/doc/27182821/wacc",
        (75_000_000, 25_000_000, 0.101, 0.035, 0.18),
        0.0829,
        0.00005,
    ),
    Example(
        "WACC of 10 million of debt and 30 million of equity",
        "https://freddyo.com/eltareas/16953723",
        (30, 10, 0.14, 0.06, 0.30),
        0.1155,
        0.00005,
    ),
    Example(
        "WACC of 30 million of equity and 90 million of debt",
        "https://qammunity.org/4868446/?show=4868447",
        (30, 90, 0.11, 0.07, 0.25),
        0.0669,
        0.00005,
    ),
    Example(
        "WACC with 70 % equity at 15 % and 30 % debt at 8 %",
        "https://qammunity.org/12328968/?show=12328969",
        (70, 30, 0.15, 0.08, 0.35),
        0.1206,
        0.00005,
    ),
)
FREE_CASH_FLOWS = (
    Example(
        "Bodie, Kane, Marcus, Essentials of Investments, 13-12: Eagle Products",
        "https://vaia.com/en-us/textbooks/business-studies/essentials-of-investments-9th/security-analysis/q13-12b-eagle-products-ebit-is-300-its-tax-rate-is-35-deprec",
        (300, 0.35, 20, 60, 30),
        125,
        HALF_CENT,
    ),
    Example(
        "Unlevered cash flow of ABC Corp",
        "https://wizedu.com/questions/7167/abc-corp-has-a-ebit-of-462466-their-depreciation",
        (462_466, 0.35, 80_500, 129_681, 17_970),
        233_451.90,
        0.01,
    ),
    Example(
        "A firm with 3 million of EBIT",
        "https://justaaa.com/finance/23138-fe-5-a-firm-with-3-millionebit-07-million",
        (3.0, 0.4, 0.7, 0.8, 1.1),
        0.6,
        0.05,
    ),
)
REINVESTMENTS = (
    Example(
        "Damodaran on Valuation, Titan Cement, stable growth",
        f"{DAMODARAN}302",
        (0.0341, 0.0657),
        0.5193,
        0.0008,
    ),
    Example(
        "Damodaran on Valuation, Titan Cement, high growth", f"{DAMODARAN}302", (0.07, 0.2049), 0.3414, 0.0005
    ),
    Example("Damodaran on Valuation, growth of 4.15 %", f"{DAMODARAN}265", (0.0415, 0.12), 0.3462, 0.0005),
    Example(
        "Damodaran, valuation questions 7: new investments",
        "http://pages.stern.nyu.edu/~adamodar/New_Home_Page/valquestions/a7.htm",
        (0.06, 0.12),
        0.50,
        HALF_CENT,
    ),
)
BETAS = (
    Example(
        "Beta II", "https://www.analystforum.com/t/beta-ii/14482", (0.006, 0.07**2), 1.22, 0.005
    ),
    Example(
        "How to calculate beta", "https://www.learntocalculate.com/how-to-calculate-beta/",
        (0.05, 0.07), 0.71, 0.005,
    ),
    Example(
        "Beta of Apple against the S&P 500 (Investopedia, as quoted)",
        "https://chunzhenasdfs.top/news/search?form=PTFTNR&q=Beta+Covariance+Formula",
        (0.032, 0.0235),
        1.36,
        0.005,
    ),
)  # fmt: skip
GROWTH_RATES = (
    Example(
        "Revenue CAGR calculator",
        "https://calculatorlib.com/compound-annual-growth-rate-multi-year-calculator",
        (100_000, 250_000, 5),
        0.20112,
        0.000005,
    ),
    Example(
        "What does CAGR mean in financial terms?",
        "https://www.reference.com/business-finance/cagr-mean-financial-terms-32a8d1b8c810e9fa",
        (10_000, 19_500, 3),
        0.2493,
        0.00005,
    ),
    Example(
        "ZCubes wiki, CAGR",
        "http://wiki.zcubes.com/index.php?mobileaction=toggle_view_mobile&title=Special%3AMobileDiff%2F207265",
        (1000, 10_000, 3),
        1.1544,
        0.00005,
    ),
)
SHARE_VALUES = (
    Example(
        "Relative valuation by multiples: 9.2 x EBITDA of 120 million",
        "https://phucnguyenvan.com/embed/sabv-comparable-companies",
        (1104.0, 90.0, 0.0, 50),
        20.28,
        HALF_CENT,
    ),
    Example(
        "Equity value of Ford Motor",
        "https://financialmodelingprep.com/equity-value/F",
        (491_122, 63_739, 0, 3_998),
        107,
        0.5,
    ),
    Example(
        "Equity value of Deceuninck NV",
        "https://site.financialmodelingprep.com/equity-value/DECB.BR",
        (392.62, 70.56, 0, 146.22),
        2.20,
        HALF_CENT,
    ),
)
ENTERPRISE_VALUES = (
    Example(
        "Comparable company analysis, Company B",
        "https://desk-dojo-website.pages.dev/blog/comparable-company-analysis-guide",
        (480, 80, 40),
        520,
        0.5,
    ),
    Example(
        "Enterprise value of a company with a market cap of 500 million",
        "https://www.offergoblin.com/q/82db406f-873b-4cd8-a2fa-125b56927e57",
        (500, 700, 200),
        1000,
        0.5,
    ),
    Example(
        "How to calculate enterprise value: 50 million with 10 million of cash",
        "https://www.howcast.com/videos/how-to-calculate-enterprise-value",
        (50, 0, 10),
        40,
        0.5,
    ),
)
EXAMPLES = {
    formulas.present_value: PRESENT_VALUES,
    formulas.terminal_value: TERMINAL_VALUES,
    formulas.cost_of_equity: COSTS_OF_EQUITY,
    formulas.weighted_cost_of_capital: WEIGHTED_COSTS,
    formulas.free_cash_flow: FREE_CASH_FLOWS,
    formulas.reinvestment_for_growth: REINVESTMENTS,
    formulas.beta: BETAS,
    formulas.compound_growth: GROWTH_RATES,
    formulas.equity_value_per_share: SHARE_VALUES,
    formulas.enterprise_value: ENTERPRISE_VALUES,
}


@pytest.mark.parametrize(
    ("formula", "example"),
    [
        pytest.param(formula, example, id=f"{formula.__name__}: {example.title}")
        for formula, examples in EXAMPLES.items()
        for example in examples
    ],
)
def test_formula_gives_the_published_result(formula: object, example: Example) -> None:
    assert callable(formula)
    assert formula(*example.inputs) == pytest.approx(example.result, abs=example.rounding)


@pytest.mark.parametrize(
    ("values", "quartiles"),
    [
        # "Using numpy, how is the 25 percentile calculated", Stack Overflow 59087048: first quartile 3.25.
        (tuple(range(1, 11)), (3.25, 5.5, 7.75)),
        # "Interquartile range in Python", https://techfeed.net/332201/: 2.5 and 5.5, range 3.0.
        ((1, 2, 3, 4, 5, 6, 7), (2.5, 4.0, 5.5)),
        # "How to Build a Comparable Company Analysis", https://getmodelmint.com/guides/
        # how-to-build-a-comparable-company-analysis.html: median 9.25, quartiles by QUARTILE (inclusive).
        ((8.0, 9.0, 9.5, 11.0), (8.75, 9.25, 9.875)),
        # "Relative valuation by multiples", https://phucnguyenvan.com/embed/sabv-comparable-companies: 9.2.
        ((8.5, 9.2, 14.0), (8.85, 9.2, 11.6)),
    ],
)
def test_quartiles_are_those_of_spreadsheets(
    values: tuple[float, ...], quartiles: tuple[float, float, float]
) -> None:
    found = formulas.quartiles_of_multiples(values)
    assert found is not None
    assert (found.lower, found.median, found.upper) == pytest.approx(quartiles)


def test_multiples_of_zero_or_below_are_left_out_and_counted() -> None:
    found = formulas.quartiles_of_multiples([-12.0, 0.0, 10.0, 20.0, 30.0])
    assert found is not None
    assert (found.median, found.count, found.excluded) == (20.0, 3, 2)


@pytest.mark.parametrize(("first", "last", "years"), [(0, 10, 1), (-5, 10, 1), (5, -10, 1), (5, 10, 0)])
def test_there_is_no_growth_over_a_base_of_zero_or_below(first: float, last: float, years: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        formulas.compound_growth(first, last, years)


def test_a_flow_that_outgrows_the_discount_rate_has_no_value() -> None:
    with pytest.raises(ValueError, match="above the growth"):
        formulas.terminal_value(1.0, 0.05, 0.05)
