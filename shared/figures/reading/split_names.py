"""Names of metrics whose words stand apart: ``kaufte für 2,55 Mrd. $ Aktien zurück``."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from shared.figures.reading.known_metrics import meanings
from shared.figures.reading.lexicon import tokens, word_set
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence

_SHARES: Final = r"(?:Aktien|Anteile?|Papiere|actions|titres|acciones|títulos|ações|azioni|titoli)"
_DEBT: Final = (
    r"(?:Schulden|Kredite?|Anleihen|Fremdkapital|dettes?|emprunts?|obligations|deudas?|dívidas?|debit[oi])"
)
_LOANS: Final = r"(?:debts?|bonds|notes|loans?|borrowings?|(?:fresh|new)\smoney)"
_ISSUED: Final = r"(?:issue[sd]|raise[sd]|sold|sells|took\son|takes\son|borrow(?:ed|s))"
_REPAID: Final = r"(?:pa(?:id|ys)\s(?:down|back|off)|retire[sd]|redeem(?:ed|s)|settle[sd])"
_EARNED: Final = (
    r"(?:earned|verdiente|verdient|gagné|gagne|gagnait|ganó|gana|ganado|lucrou|lucra|ganhou|guadagnato"
    r"|guadagna)"
)
_BEFORE_TAX: Final = (
    r"(?:before tax(?:es)?|vor Steuern|avant impôts?|antes de impuestos|antes de impostos|antes dos impostos"
    r"|prima delle imposte|ante imposte)"
)
_IN_OPERATIONS: Final = (
    r"(?:operationally|operativ|opérationnellement|operativamente|a nivel operativo|operacionalmente)"
)
_OF_PROFIT: Final = (
    r"(?:of|vom|des|seine[rs]|ihre[rs]|von|de|du|del|dos|do|degli|dell['’])\s?(?:[^\W\d]{2,5}\s)?"
    r"(?:earnings|profits?|Gewinn(?:e?s)?|bénéfices?|beneficios?|ganancias|utilidades|lucros?|util[ei])\b"
)
_NAMES: Final[Mapping[str, RarePattern]] = {
    "share_repurchases": RarePattern(
        rf"\b(?P<verb>kauf(?:t|te|en|ten))\b(?=[^;]{{0,60}}?\b{_SHARES}\b[^;]{{0,30}}?\bzurück)"
        rf"|\b(?P<verb2>rach[eè]t\w*|recompr\w+|riacquist\w+)(?=[^;]{{0,60}}?\b{_SHARES}\b)",
        re.IGNORECASE,
    ),
    "debt_issued": RarePattern(
        rf"\b(?P<verb>n[aä]hm\w*|nimmt)\b(?=[^;]{{0,50}}\b{_DEBT}\b[^;]{{0,16}}\bauf\b)"
        rf"|\b(?P<verb2>émis|emitió|emitiu|(?<=ha )emesso)\b(?=[^;]{{0,50}}\b{_DEBT}\b)"
        rf"|\b(?P<verb3>{_ISSUED}\s(?:[a-z]+\s)?{_LOANS}|{_ISSUED}(?=\s[^;,]{{0,40}}\b{_LOANS}\b))\b",
        re.IGNORECASE,
    ),
    "debt_repaid": RarePattern(
        rf"\b(?P<verb>zahl(?:te|t|ten))\b(?=[^;]{{0,50}}\b{_DEBT}\b[^;]{{0,40}}\bzurück\b)"
        rf"|\b(?P<verb2>amortizó|pagou|(?<=ha )rimborsato|rimborsa)\b(?=[^;]{{0,50}}\b{_DEBT}\b)"
        rf"|\b(?P<verb3>{_REPAID}\s(?:[a-z]+\s)?{_LOANS}|{_REPAID}(?=\s[^;,]{{0,40}}\b{_LOANS}\b))\b"
        rf"|\b(?P<noun>{_LOANS})\b(?=[^;,]{{0,30}}\b(?:was|were)\s(?:paid\s(?:off|back|down)|repaid|retired|redeemed)\b)",
        re.IGNORECASE,
    ),
    "receivables": RarePattern(
        r"\b(?P<verb>owed?)\b(?=\s[^;,]{0,40}\bby\s(?:its\s|the\s)?customers\b)", re.IGNORECASE
    ),
    "payables": RarePattern(
        r"\b(?P<verb>owe[sd]?)\b(?=\s[^;,]{0,40}\bto\s(?:its\s|the\s)?suppliers\b)", re.IGNORECASE
    ),
    "shareholder_returns": RarePattern(
        r"\b(?P<verb>return(?:ed|s)|handed|hands|gave|gives|sent|sends)\b"
        r"(?=\s[^;,]{0,40}\bto\s(?:its\s|the\s|their\s)?(?:share|stock)?(?:holders|owners|investors)\b)",
        re.IGNORECASE,
    ),
    "stock_compensation": RarePattern(
        r"\b(?P<verb>pa(?:id|ys)|grant(?:ed|s)|award(?:ed|s))\b"
        r"(?=\s(?:employees|staff|its\s\w+|managers|[^;,]{0,8}\d)[^;,]{0,40}"
        r"\b(?:in\s(?:stock|shares)|(?:stock|shares)\sto\b))",
        re.IGNORECASE,
    ),
    "pretax_income": RarePattern(
        rf"\b{_BEFORE_TAX}\b[^;\d]{{0,40}}?\b(?P<verb>{_EARNED})\b"
        rf"|\b(?P<verb2>{_EARNED})\b(?=[^;,]{{0,50}}?\b{_BEFORE_TAX}\b)",
        re.IGNORECASE,
    ),
    "operating_income": RarePattern(
        rf"\b{_IN_OPERATIONS}\s(?P<verb>{_EARNED})\b|\b(?P<verb2>{_EARNED})\b(?=[^;,\d]{{0,30}}?\b{_IN_OPERATIONS}\s)",
        re.IGNORECASE,
    ),
    "operating_cash_flow": RarePattern(
        r"\b(?:opérations|activité|exploitation|operaciones|operações|operazioni|attività|Geschäft)\b[^;\d]{0,40}?"
        r"\b(?:généré|générée?s?|dégagé|rapporté|generaron|generó|generado|geraram|gerou|generato|generano)\b"
        r"[^;]{0,40}?\s(?P<cash>(?:de|di|en|em|in)\s(?:trésorerie|liquidités|cash|efectivo|caja|caixa|cassa|liquidità))\b"
        r"|\b(?:business|operations)\s(?:[a-z]+\s)?(?:produced?s?|generated?s?|yield(?:ed|s)?|brought\sin)\s"
        r"[^;,]{0,30}?\s(?P<cash2>(?:in|of)\scash)\b",
        re.IGNORECASE,
    ),
    "interest_expense": RarePattern(
        r"\b(?P<verb>zahlt(?:e|en)?)\b(?=[^;]{0,50}?\bZinsen\b)|\b(?P<verb2>Zinsen\szahlt(?:e|en)?)\b"
        r"|\b(?P<verb3>paid|payé|paie|verse|versé|pagó|paga|pagou|pagato)\b"
        r"(?=[^;]{0,50}?\s(?:in interest|d['’]intérêts|(?:en|de) intereses|(?:em|de) juros"
        r"|(?:di|in) interessi)\b)",
        re.IGNORECASE,
    ),
    "payout_ratio": RarePattern(
        # Behind another share its verb would name that one as well: "comes to 0.9% and pays out 13.5% of ..."
        r"\A[^%]{0,160}?\b(?:schütte(?:t|te|n|ten)|distribu\w+|reverse|verse|repart\w+|destina\w*|pays?|paid|zahlt)\b"
        rf"[^;\d]{{0,40}}\d+(?:[.,]\d+)?\s?%\s(?P<profit>{_OF_PROFIT})"
        r"|(?:利益|純利益)の[\d.]+[%％]を(?P<verb2>配当)|이익의\s?[\d.]+%[를을]\s?(?P<verb3>배당)"
        r"|[\d.]+%的(?:净利润|利润|盈利)用?[于於作](?P<verb4>分红|派息|股息)",
        re.IGNORECASE,
    ),
    "investment": RarePattern(
        r"\b(?P<verb>(?:re)?invested|(?:re)?invests|investiert(?:e|en)?|investissait|investit|(?<=a )investi"
        r"|(?<=ont )investi|invirt(?:ió|ieron)|invierte|investiu|investe"
        r"|(?<=ha )investito)\b|(?P<verb2>投資し)"
        r"|\b(?P<verb3>steckt(?:e|en)?|floss(?:en)?)\b(?=[^;]{0,40}?\sin\s(?:neue\s)?(?:Sach)?anlagen\b)",
        re.IGNORECASE,
    ),
}
_SALES: Final = (
    r"(?:sales|revenues?|turnover|Umsätze[ns]?|Umsatz(?:es)?|Erlöse[ns]?|(?:son\s)?chiffre d['’]affaires"
    r"|ventes|revenus|recettes|ventas|ingresos|vendas|receitas?|ricavi|vendite|fatturato)"
)
_PROFIT: Final = (
    r"(?P<profit>(?:operating|net|gross|free)\s(?:profits?|income|earnings|cash flow)"
    r"|profits?|earnings|(?:operativen?|Betriebs|Netto|Brutto|Rein)?\s?gewinne?n?|freien Cashflow"
    r"|(?:bénéfice|résultat)s?(?:\s(?:net|opérationnel|d['’]exploitation|brut)s?)?"
    r"|(?:beneficio|ganancia|resultado|utilidad)(?:e?s)?(?:\s(?:net|operativ|brut)[oa]s?)?"
    r"|lucros?(?:\s(?:líquido|operacional|bruto))?|util[ei](?:\s(?:nett|operativ|lord)[oi])?)(?![^\W\d_])"
)
_TURNED: Final = RarePattern(
    rf"(?:(?:of|from|des|der|de|du|del|das|da|dei|delle)\s)?"
    rf"(?:(?:its|their|the|seine[rs]?|ihre[rs]?|ses|sus?|suas?|suoi|sue|las?|los|son|leur)\s)?{_SALES}\s"
    rf"(?:in(?:to)?|en|em|a)\s(?:(?:an?|its|den|einen)\s)?{_PROFIT}"
    r"|[をは](?P<profit2>営業利益|純利益|粗利益|利益)に(?:変え|転換)"
    r"|的(?:收入|营收|销售额|營收)(?:转化为|变成|轉化為)(?P<profit3>营业利润|净利润|毛利|利润|營業利潤|淨利潤|利潤)"
    r"|[를을]\s?(?P<profit4>영업이익|순이익|매출총이익|이익)으로\s?(?:전환|바꾸|바꿔|바꿨)",
    re.IGNORECASE,
)
"""What a share of the revenue is turned into: ``26.1% of its sales into profit``."""
_MARGINS: Final = {
    "operating_margin": RarePattern(r"opera[tc]|betrieb|opérat|exploit|[営营營][業业]|영업", re.IGNORECASE),
    "gross_margin": RarePattern(r"gross|brut|lord|粗|毛|총이익", re.IGNORECASE),
    "fcf_margin": RarePattern(r"free|freien", re.IGNORECASE),
}
_TURNED_KEYS: Final = frozenset(
    token.key
    for word in word_set(
        """
        into wandelt wandelte verwandelt verwandelte macht machte transforme transforment transformé convertit
        convertissent convierte convierten convirtió converte convertem converteu transforma trasforma
        trasformano convertono 変 転 转 轉 变 전 바
        """
    )
    for token in tokens(word)[:1]
)
_EARNED_FORMS: Final = (
    "earned verdiente verdient gagné gagne gagnait ganó gana ganado lucrou lucra ganhou guadagnato guadagna"
)
_VERBS_OF: Final[Mapping[str, str]] = {
    "share_repurchases": "kauft kaufte kaufen kauften racheté rachète rachetait rachètent rachetés recompró "
    "recompra recomprou recompraron riacquistato riacquista",
    "debt_issued": "nahm nahmen nimmt émis emitió emitiu emesso issued issues raised raises sold sells took "
    "takes borrowed borrows",
    "debt_repaid": "zahlte zahlt zahlten amortizó pagou rimborsato rimborsa paid pays retired retires "
    "redeemed redeems settled settles repaid",
    "receivables": "owe owed",
    "payables": "owe owes owed",
    "shareholder_returns": "returned returns handed hands gave gives sent sends",
    "stock_compensation": "paid pays granted grants awarded awards",
    "pretax_income": _EARNED_FORMS,
    "operating_income": _EARNED_FORMS,
    "operating_cash_flow": "généré dégagé rapporté generaron generó generado geraram gerou generato generano "
    "produced produces produce generated generates generate yielded yields yield brought",
    "interest_expense": "zahlt zahlte zahlten paid payé paie verse versé pagó paga pagou pagato",
    "payout_ratio": "schüttet schüttete schütten distribue distribuye distribuyó distribui "
    "distribuiu distribuisce distribuito reverse verse reparte repartió repartiu destina pay pays paid zahlt "
    "配 배 分 派",
    "investment": "invested invests reinvested reinvests investiert investierte investierten investissait "
    "investit investi invirtió invirtieron invierte investiu investe investito 投 steckt steckte steckten "
    "floss flossen",
}
_KEYS: Final = {
    name: frozenset(token.key for word in verbs.split() for token in tokens(word)[:1])
    for name, verbs in _VERBS_OF.items()
}
"""Without one of its words, a name is not looked for."""
_ANY: Final = frozenset().union(*_KEYS.values())


def split_names(sentence: Sentence) -> Iterator[MetricMention]:
    """Yields the names whose words stand apart, at the places of their verbs.

    Args:
        sentence: A sentence with its tokens.
    """
    if not sentence.keys.isdisjoint(_TURNED_KEYS):
        yield from _margins(sentence)
    if sentence.keys.isdisjoint(_ANY):
        return
    for name, pattern in _NAMES.items():
        if sentence.keys.isdisjoint(_KEYS[name]):
            continue
        for found in pattern.finditer(sentence.text):
            start, end = found.span(found.lastgroup or 0)
            yield MetricMention(name, meanings(name), start, end)


def _margins(sentence: Sentence) -> Iterator[MetricMention]:
    """Yields the margins that are written in words: ``turns more of its sales into operating profit``."""
    for found in _TURNED.finditer(sentence.text):
        profit = found[found.lastgroup or 0]
        name = next((one for one, kind in _MARGINS.items() if kind.search(profit)), "profit_margin")
        yield MetricMention(name, meanings(name), found.start(), found.end())
