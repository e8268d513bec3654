"""Finds the kinds of data that a question plainly asks for, without a language model."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

WATCHLIST: Final = "watchlist"
"""Kind of the fact that tells a user's watchlist, which has no single symbol."""


@dataclass(frozen=True)
class Topic:
    """A kind of data, and what a question that asks for it says.

    Attributes:
        kind: Kind of the facts.
        phrases: Patterns, separated by ``|`` or line breaks.
        arguments: Arguments, besides the symbol, of the tool that gets the data.
    """

    kind: str
    phrases: str
    arguments: Mapping[str, str] = field(default_factory=dict)

    def is_in(self, question: str) -> bool:
        """Returns whether a question asks for it."""
        return _pattern(self.phrases).search(question) is not None


@cache
def _pattern(phrases: str) -> re.Pattern[str]:
    words = (phrase.strip() for phrase in phrases.replace("\n", "|").split("|"))
    return re.compile("|".join(word for word in words if word), re.IGNORECASE)


_ALL_STATEMENTS: Final = r"""
    financial statements? | \bfinancials\b(?!\s(?:sector|stocks?|etfs?)) | annual accounts
    Jahresabschluss | Jahresabschlüsse | Finanzberichte? | Finanzkennzahlen
    états financiers | comptes annuels
    estados financieros | cuentas anuales | demonstrações (?:financeiras|contábeis) | \bbilancio\b
    財務諸表 | 财务报表 | 財務報表 | 재무제표
    """
"""What asks for the statements of a company without naming one."""

_TOPICS: Final = (
    Topic(
        "earnings",
        r"""
        \bearnings date | \bearnings call | \bearnings report | \bearnings surprise | \bearnings estimate
        did .{1,40} earn\b | last quarter | latest quarter | zuletzt verdient | letzten Quartal
        dernier trimestre | último trimestre | next earnings | last earnings | latest earnings
        past earnings | quarterly results | quarterly report | quarterly earnings
        reports? its earnings | reports? earnings | report its results | next report
        beat the estimate | missed the estimate | beat expectations | beat the consensus
        Quartalszahlen | Geschäftszahlen | résultats trimestriels | résultats du trimestre | ses résultats
        resultados trimestrales | resultados trimestrais | sus resultados | seus resultados
        risultati trimestrali | trimestrale | 決算 | 财报 | 財報 | 业绩 | 業績 | 실적
        """,
    ),
    Topic(
        "actions",
        r"""
        \bdividends?\b | \bex[- ]?date | \bsplits?\b | Dividenden? | Aktiensplit | dividendes?\b
        dividendos?\b | dividend[oi]\b | 配当 | 株式分割 | 股息 | 分红 | 分紅 | 拆股 | 배당 | 액면분할
        """,
    ),
    *(
        Topic("statements", _ALL_STATEMENTS, {"statement": name})
        for name in ("income", "balance", "cash_flow")
    ),
    Topic(
        "statements",
        r"""
        balance sheet | total (?:assets|debt|equity) | \bliabilities | \binventor(?:y|ies)\b | working capital
        \bgoodwill\b | intangible assets | \breceivables\b | \bpayables\b | \bnet debt\b | current assets
        (?:long|short)[- ]term debt | (?:share|stock)holders['’]? equity
        Bilanzsumme | \bBilanz | \bEigenkapital\b | Forderungen | Nettoverschuldung
        \bbilan\b | capitaux propres | balance general | patrimonio neto | balanço | patrimônio líquido
        stato patrimoniale | patrimonio netto | 貸借対照表 | 総資産(?!利益) | 純資産(?!倍)
        资产负债表 | 資產負債表 | 总资产(?!收益|回报) | 재무상태표
        """,
        {"statement": "balance"},
    ),
    Topic(
        "statements",
        r"""
        cash[- ]?flow | \bcapex\b | \b(?:share )?buy-?backs?\b | share repurchase | Aktienrückk
        capital expenditure | dividends paid | \bdepreciation\b | (?:stock|share)-based compensation
        Kapitalflussrechnung | Abschreibungen | flux de trésorerie | amortissements
        flujos? de caja | fluxo de caixa | flusso di cassa | キャッシュ・?フロー | 现金流 | 現金流 | 현금흐름
        """,
        {"statement": "cash_flow"},
    ),
    Topic(
        "statements",
        r"""
        income statement | gross profit | \bR&D\b | research spending | \bSG&A\b | interest expense
        net (?:income|profit|earnings|loss)\b | operating (?:income|profit|loss|expenses?)\b
        pre-?tax (?:income|profit)\b | cost of (?:revenue|sales|goods sold)
        annual revenue | annual profit | profit and loss | revenue over the
        Gewinn- und Verlustrechnung | Jahresüberschuss | Nettogewinn | Betriebsergebnis | operatives Ergebnis
        compte de résultat | résultat (?:net|opérationnel|d['’]exploitation) | bénéfice net
        cuenta de resultados | beneficio neto | resultado (?:neto|operativo) | demonstração de resultados
        lucro (?:líquido|operacional) | conto economico | utile (?:netto|operativo)
        損益計算書 | 純利益 | 営業利益 | 利润表 | 利潤表 | 净利润 | 淨利潤 | 营业利润 | 營業利潤
        손익계산서 | 순이익 | 영업이익
        (?:revenue|sales|income|profit).{0,60}(?:\b(?:19|20)\d\d\b|\bfiscal\b|\bFY ?\d)
        (?:in|fiscal|FY) ?20\d\d.{0,40}(?:revenue|sales|income|profit)
        (?:Umsatz|Gewinn).{0,60}\b(?:19|20)\d\d\b | (?:chiffre d'affaires|bénéfice).{0,60}\b(?:19|20)\d\d\b
        (?:ingresos|beneficio|receita|lucro|ricavi|utile).{0,60}\b(?:19|20)\d\d\b
        (?:19|20)\d\d(?:年|년).{0,20}(?:売上|利益|营收|營收|利润|利潤|매출|이익)
        """,
        {"statement": "income"},
    ),
    Topic(
        "peers",
        r"""
        \bpeers?\b | \bcompetitors?\b | \brivals?\b | Konkurrent | Wettbewerber | concurrents?\b | competidor
        concorrent | 競合 | 同業 | 竞争对手 | 競爭對手 | 同行 | 경쟁사
        """,
    ),
    Topic(
        "company",
        r"""
        \bemployees?\b | \binsiders?\b | \bsector of\b | \bindustry of\b | \bheadquarter | \bbased\?$
        \bHauptsitz\b | \bBranche von\b | \bshareholders?\b | \bholders?\b | \bwho owns\b
        what does .{1,40} do\b
        business model | Mitarbeiter | Aktionär | Geschäftsmodell | employés | salariés | actionnaire
        empleados | accionista | funcionários | acionista | dipendenti | azionist | 従業員 | 株主 | 员工
        員工 | 股东 | 股東 | 직원 | 주주
        """,
    ),
    Topic("filings", r"\b10-[KQ]\b | \b8-K\b | \b20-F\b | \bfilings?\b"),
    Topic("report", "research report | latest report | your report | Analystenbericht"),
)

_PERIODS: Final = tuple(
    Topic("history", phrases, {"period": period})
    for period, phrases in (
        (
            "5y",
            "(?:past|last) (?:five|5) years | letzten (?:fünf|5) Jahre | (?:cinq|5) ans | 過去5年 | 过去五年",
        ),
        (
            "1y",
            "(?:past|last) year | (?:twelve|12) months | letzten Jahr | zwölf Monate | un an\\b | último año",
        ),
        ("1y", "過去1年 | 过去一年 | 지난 1년"),
        (
            "ytd",
            r"""
            year[- ]to[- ]date | \bYTD\b | seit Jahresbeginn | dieses Jahr entwickelt
            年初来 | 今年以来 | 연초
            (?:perform|done|\bdo\b|\bdid\b|\bup\b|\bdown\b).{0,40}this year
            """,
        ),
        ("6mo", "(?:past|last) (?:six|6) months | letzten (?:sechs|6) Monate"),
        (
            "1mo",
            "(?:past|last|this) month | letzten? Monat | mois dernier | último mes | 过去一个月 | 지난달",
        ),
        (
            "5d",
            "(?:past|last|this) week | letzten? Woche | semaine dernière | última semana | 过去一周 | 지난주",
        ),
    )
)

_OVERVIEW: Final = (
    Topic(
        "quote",
        r"""
        \b(?:share|stock|current|latest|last|market) price\b | \bprice of\b | \bprice now\b | 's price\b
        ^\W{0,5}\w[\w.^=&-]{0,20}(?: [\w.&-]{1,20})? (?:stock )?price\W{0,9}$
        \btrading (?:at|now)\b | \bhow much (?:is|does)\b | \bprice and\b
        Aktienkurs | \bKurs\b | steht .{1,40} (?:gerade|heute|aktuell)
        \bcours (?:de|actuel)\b | \bprecio\b | \bcotiza | \bprezzo\b | \bpreço\b | \bcotação\b
        \bvolume of\b | trading volume | day['’]?s? range | 株価 | 股价 | 股價 | 주가
        """,
    ),
    Topic(
        "fundamentals",
        r"""
        \bP/E\b | \bPE ratio\b | \bKGV\b | \bPER\b | \bvaluation\b | \bfundamentals?\b | \bmargins?\b
        \bmarket cap | \bmarket value\b | \brevenue | \bnet income\b | \bprofitab | \bgrowth\b | \bdebt\b
        \bsales\b | \bprofits?\b | \bEPS\b | earnings per share | \bRO[EA]\b | return on (?:equity|assets)
        \bbook value | price[- ]to[- ](?:book|sales) | \bbeta of\b | \bpayout\b | shares outstanding
        \bcapitali[sz]ation\b | \b(?:over|under)valued\b | \b(?:expensive|cheap)\b | \bworth\?
        \bcash (?:of|does|has|pile|position)\b | \bGewinn(?!warnung)e?s?\b | Marktkapitalisierung | Börsenwert
        \b(?:über|unter)bewertet | Eigenkapitalrendite | \bSchulden\b | \bbénéfices?\b | \bcapitalisation\b
        surévalué | sous-évalué | \bbeneficios?\b | capitalización | (?:sobre|infra)valorad | \blucros?\b
        \breceitas?\b | \bdívida | \bmargem\b | \butil[ei] d[ie] | \bricavi\b | \bdebito\b | capitalizzazione
        \bmargini?e?\b | 売上 | 利益 | 負債 | 营收 | 營收 | 利润 | 利潤 | 매출 | 이익 | 부채
        \byield\b | \btarget price | \bprice target | \banalysts?\b | Bewertung | Margen?\b | Umsatz
        Verschuldung | Kursziel | \bmarges?\b | chiffre d'affaires | \bdette\b | márgen | \bdeuda\b
        \bingresos\b | 時価総額 | 市值 | 市盈率 | 시가총액
        """,
    ),
    Topic(
        "technicals",
        r"""
        \bRSI\b | \bMACD\b | \bSMA\b | \bEMA\b | moving averages? | \btechnical | \bvolatil | overbought
        oversold | \b52[- ]week | \bBollinger\b | technische | moyennes? mobiles? | media móvil | 移動平均
        """,
    ),
    Topic(
        "news",
        r"""
        \bnews\b | \bheadlines?\b | Nachrichten | Schlagzeilen | actualités | \bnoticias\b | \bnotícias\b
        \bnotizie\b | ニュース | 新闻 | 新聞 | 뉴스
        """,
    ),
)
"""What every answer is given; a question that names some of it is answered with that."""
_OF_WATCHLIST: Final = Topic(
    WATCHLIST,
    r"""
    watch ?list | Beobachtungsliste | Merkliste | liste de suivi | lista de seguimiento | lista de observação
    ウォッチリスト | 自选 | 自選 | 관심 ?종목
""",
)
_DAY: Final = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")


def topics_with_tools(question: str) -> list[Topic]:
    """Returns the topics of a question whose data a tool gets, the same data once.

    Of a history, that is the first period named.
    """
    period = next((topic for topic in _PERIODS if topic.is_in(question)), None)
    watchlist = [_OF_WATCHLIST] if _OF_WATCHLIST.is_in(question) else []
    named = [topic for topic in _TOPICS if topic.is_in(question)]
    asked = {(topic.kind, *topic.arguments.values()): topic for topic in named}.values()
    day = _DAY.search(question)
    on_day = [Topic("price_on", "", {"day": day[0]})] if day else []
    return [*watchlist, *asked, *([period] if period else []), *on_day]


def asked_kinds(question: str) -> frozenset[str]:
    """Returns the kinds of facts that a question plainly asks for; empty if it asks in general."""
    overview = (topic for topic in _OVERVIEW if topic.is_in(question))
    return frozenset(topic.kind for topic in (*topics_with_tools(question), *overview))
