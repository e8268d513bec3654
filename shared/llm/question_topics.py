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
    Topic(
        "statements",
        r"""
        balance sheet | total assets | \bliabilities | \binventor(?:y|ies)\b | working capital | Bilanzsumme
        \bBilanz | \bbilan\b | balance general | balanço | stato patrimoniale | 貸借対照表
        资产负债表 | 資產負債表 | 재무상태표
        """,
        {"statement": "balance"},
    ),
    Topic(
        "statements",
        r"""
        cash[- ]?flow | \bcapex\b | \b(?:share )?buy-?backs?\b | share repurchase | Aktienrückk
        capital expenditure | Kapitalflussrechnung | flux de trésorerie
        flujos? de caja | fluxo de caixa | flusso di cassa | キャッシュ・?フロー | 现金流 | 現金流 | 현금흐름
        """,
        {"statement": "cash_flow"},
    ),
    Topic(
        "statements",
        r"""
        income statement | operating income | gross profit | \bR&D\b | research spending
        annual revenue | annual profit | profit and loss | revenue over the
        Gewinn- und Verlustrechnung | compte de résultat | cuenta de resultados | demonstração de resultados
        conto economico | 損益計算書 | 利润表 | 利潤表 | 손익계산서
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
    Topic(
        "statements",
        r"""
        (?:revenue|sales|income|profit).{0,60}(?:\b(?:19|20)\d\d\b|\bfiscal\b|\bFY ?\d)
        (?:in|fiscal|FY) ?20\d\d.{0,40}(?:revenue|sales|income|profit)
        (?:Umsatz|Gewinn).{0,60}\b(?:19|20)\d\d\b | (?:chiffre d'affaires|bénéfice).{0,60}\b(?:19|20)\d\d\b
        (?:ingresos|beneficio|receita|lucro|ricavi|utile).{0,60}\b(?:19|20)\d\d\b
        (?:19|20)\d\d(?:年|년).{0,20}(?:売上|利益|营收|營收|利润|利潤|매출|이익)
        """,
        {"statement": "income"},
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
        ^\W*[\w.^=&-]+(?: [\w.&-]+)? (?:stock )?price\W*$ | \btrading (?:at|now)\b | \bhow much (?:is|does)\b
        \bprice and\b | Aktienkurs | \bKurs\b | steht .{1,40} (?:gerade|heute|aktuell)
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
    """Returns the topics of a question whose data a tool gets; a history once, for the first period named."""
    period = next((topic for topic in _PERIODS if topic.is_in(question)), None)
    watchlist = [_OF_WATCHLIST] if _OF_WATCHLIST.is_in(question) else []
    asked = [topic for topic in _TOPICS if topic.is_in(question)]
    day = _DAY.search(question)
    on_day = [Topic("price_on", "", {"day": day[0]})] if day else []
    return [*watchlist, *asked, *([period] if period else []), *on_day]


def asked_kinds(question: str) -> frozenset[str]:
    """Returns the kinds of facts that a question plainly asks for; empty if it asks in general."""
    overview = (topic for topic in _OVERVIEW if topic.is_in(question))
    return frozenset(topic.kind for topic in (*topics_with_tools(question), *overview))
