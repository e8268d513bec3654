"""Which metric a number is of, where no name stands right beside it."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        # the amount behind its share of revenue
        ("a_networks", "Intel's R&D has hovered around 6% of sales ($2.39 billion in 2025)."),
        # the high of a day that is named, or of a series
        ("a_networks", "Intel hit a closing low near $28.74 on April 8 and has since recovered 7.2%."),
        ("banks", "JPMorgan's EPS has risen from $2.55 to $3.13, with a peak of $3.20 in Q4 2025."),
        # an average by its days alone
        ("a_networks", "Intel's price sits between the 20-day ($31.47) and the lower band ($29.73)."),
        # a yield in points; a change in brackets behind a price
        ("a_markets", "The 10-year Treasury yield climbed 13 basis points to 4.06%."),
        ("a_networks", "Intel is below its 52-week high of $43.26 and flat over three months (+0.20%)."),
        # numbers of analysts
        ("industry", "32 analysts see Caterpillar at $435.61 on average; 15 have Boeing at $155.42."),
        ("samsung", "Samsung is modestly valued. 34 analysts target ₩118,500 on average."),
        # cents of each dollar of sales
        ("oil", "Exxon makes 25 cents of profit on every dollar of sales; Chevron makes 17, Shell 9."),
        # ends of estimates and targets
        ("pharma", "Lilly has by far the highest target: $885.52 on average, up to $1,044.91."),
        # a loss on the day
        ("pharma", "Eli Lilly dropped 2.46% to $630.33 on Friday, a loss of $15.87 per share."),
        # the distance to the target, of another company than before
        (
            "retail",
            (
                "Im Schnitt erwarten Analysten für Nike 79,08 Dollar, 11 Prozent mehr als der Kurs. "
                "Bei Costco sind es 51 Prozent, bei Home Depot 20,9 Prozent."
            ),
        ),
        ("a_asia", "腾讯分析师平均目标价为435.53港元，较现价高出48.9%。"),
        # the rise after a low, an order of an amount
        ("b_giants", "Alphabet slid from $226.77 in March to $179.43 on July 9, followed by a 12% recovery."),
        ("b_industrie", "Siemens erhielt einen Auftrag über 2,7 Milliarden Euro aus Ägypten."),
        # the same as the number before; brackets behind a name
        ("c_chips", "Broadcom's analysts pencil in $7.18, rising to $7.78 in 2027."),
        ("c_shops", "Disney's beta of 1.66 is volatile; Walmart (0.87) and McDonald's (0.84) are not."),
        ("c_chips", "Broadcom's operating profit covered interest 12.2 times."),
        # the surprise behind a result and its estimate
        ("f_wafers", "台积电2025年第三季度每股盈利8.31元，预期8.34元，略低0.36%。"),
        # averages by their days alone, in any currency
        ("f_latam", "A Petrobras está abaixo das médias de 20 (R$ 45,34) e de 50 dias (R$ 47,38)."),
        # what a multiple is of, behind an article
        ("f_health", "Amgen vale 4,16 volte i ricavi."),
        # a scale of two letters
        ("f_latam", "O valor de mercado da Petrobras é de R$ 566,6 bi."),
        # what is compared with, before the next metric
        (
            "f_latam",
            (
                "Analistas veem para a Petrobras lucro por ação de R$ 0,36, contra R$ 0,33 um ano antes, "
                "e receita de R$ 17,69 bilhões."
            ),
        ),
        # a move of one metric, with another one at its start and at its end
        ("f_aero", "GE's operating income rose from $5.63B on revenue of $38.15B to $6.73B on $45.63B."),
        # a share of what is named, of an amount of the sentence before
        ("f_health", "Bayer stellt 1,5 Mrd. Euro zurück. Gemessen am Börsenwert sind das knapp 7 %."),
        # a day without its year
        ("f_indices", "Das Pfund stand am 15.1. bei 1,2073 Dollar."),
        # the distance of a target from the price
        ("f_wafers", "即使是台积电最悲观的目标价，也比现价高出18.9%。"),
        # averages by their days alone, in Korean
        (
            "f_wafers",
            "SK하이닉스는 20일선(153,112원)을 웃돌고 있으며, 200일선(153,468원)보다도 0.5% 높습니다.",
        ),
        # growth in other words
        (
            "f_latam",
            "Santander's revenue: from €23.41bn in 2021 to €31.65bn in 2024, i.e. 35% in three years.",
        ),
        # a recovery from what the sentence before tells, and a day in brackets
        (
            "d_drugs",
            "Am 19. Oktober kostete Merck 111,39 Dollar. Von diesem Tief hat sie sich um 11,8 % erholt.",
        ),
        ("d_drugs", "Ende August (27.8.: 123,86 Dollar) stand Merck kaum tiefer."),
        # a share of the revenue that the sentence before names
        ("d_motors", "BMW's 2025 revenue was €9.48 billion. SG&A took €1.87 billion, or about 20%."),
        # two companies in brackets
        (
            "d_motors",
            "Adidas hat das bessere KGV (16,1). Bei der Dividende liegt BMW vorn (1,69 % zu 0,82 %).",
        ),
        # pounds in pence
        ("oil", "Shell was the day's winner in London, up 3.47% at £23.57, i.e. 2,357p."),
    ],
)
def test_right_number_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        (
            "a_networks",
            "Intel's R&D has hovered around 6% of sales ($2.59 billion in 2025).",
            "$2.59 billion",
        ),
        ("a_networks", "Intel hit a closing low near $26.24 on April 8.", "$26.24"),
        ("banks", "JPMorgan's EPS has risen from $2.55 to $3.13, with a peak of $3.40 in Q4 2025.", "$3.40"),
        ("a_networks", "Intel's price sits above the 20-day ($32.47).", "$32.47"),
        ("a_markets", "The 10-year Treasury yield climbed 23 basis points to 4.06%.", "23 basis points"),
        ("a_markets", "The 10-year Treasury yield fell 13 basis points to 4.06%.", "13 basis points"),
        ("industry", "32 analysts see Caterpillar at $435.61 on average; 18 have Boeing at $155.42.", "18"),
        ("oil", "Exxon makes 25 cents of profit on every dollar of sales; Chevron makes 21.", "21"),
        ("retail", "Für Nike erwarten Analysten 79,08 Dollar. Bei Costco sind es 41 Prozent.", "41 Prozent"),
        ("a_asia", "腾讯分析师平均目标价为435.53港元，较现价高出38.9%。", "38.9%"),
        ("oil", "Shell closed in London at £23.57, i.e. 2,457p.", "2,457p"),
        ("a_finance", "뱅크오브아메리카는 1.21% 상승했습니다.", "1.21%"),
    ],
)
def test_wrong_number_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == [wrong], check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("e_income", "NextEra has run from its 52-week low of $86.25 to $134.05.", []),
        ("e_income", "NextEra has run from its 52-week low of $86.25 to $144.69.", ["$144.69"]),
        ("e_income", "Verizon's cash balance grew by $2.58 billion in 2025.", []),
        ("e_income", "Verizon's cash balance grew by $2.31 billion in 2025.", ["$2.31 billion"]),
        ("e_income", "Verizon now stands at $38.74, a loss of 21.5% within a year.", []),
        ("e_income", "Verizon now stands at $38.74, a gain of 21.5% within a year.", ["21.5%"]),
        ("e_income", "A year ago Verizon closed at $49.37; today it is at $38.74.", []),
        ("e_income", "Since the close of 2026 at £45.17, Unilever has slipped.", []),
        (
            "e_makers",
            "If income is what you are after, Honeywell's 1.76% is better than Lockheed's 0.66%.",
            [],
        ),
        ("e_makers", "If income is what you are after, Honeywell's 0.66% is better.", ["0.66%"]),
        ("e_saas", "The deal should add about 1 percentage point to ServiceNow's growth in 2028.", []),
        (
            "e_saas",
            "The deal should add about 4 percentage points to ServiceNow's growth.",
            ["4 percentage points"],
        ),
    ],
)
def test_level_of_a_move_and_change_of_a_balance(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
