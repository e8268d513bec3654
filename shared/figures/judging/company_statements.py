"""Which numbers are statements about a company, and which are advice, marks, counts or hypotheses."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.contradictions.directions import is_conventional
from shared.figures.derivations.assumed_levels import is_way_back, needs_way_back
from shared.figures.derivations.round_marks import is_round_mark
from shared.figures.derivations.weighted_means import is_weight
from shared.figures.holdings.own_amounts import SHARES, SPLIT
from shared.figures.judging.norms import is_norm
from shared.figures.reading.lexicon import fold, word_set
from shared.figures.reading.rare_pattern import Ending, RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_MAX_COUNTED: Final = 20
_OUT_OF: Final = re.compile(r"(?:out of|on a scale of|von maximal|sur|de un total de)\s$|/$", re.IGNORECASE)
_PLACE_IN_LIST: Final = re.compile(
    r"\b(?:lines?|rows?|steps?|Zeilen?|Schritte?|lignes?|étapes?|líneas?|filas?|pasos?|linhas?|passos?|righ[ae]|passi)\s$",
    re.IGNORECASE,
)
"""Before the number of a line that the text has itself: "Line 1 minus line 2"."""
_LISTED: Final = re.compile(r"\s*:")
_STOP: Final = re.compile(r"[,.;:]")
_OF_PORTFOLIO: Final = re.compile(
    r"\s(?:of\s(?:a|an|your|my|any|one's)|of\sthe\swhole|des|vom|eines|Ihres|deines|du|de\svotre|de\sla"
    r"|de\stu|de\ssu|da|da\ssua|del|del\stuo)"
    r"\s(?:(?:gesamten|whole|entire|total|stock|investment)\s)?"
    r"(?:portfolios?|accounts?|savings|net worth|Depots?|Kontos|Vermögens|Portefeuilles?|patrimoine|compte"
    r"|cartera|cuenta|patrimonio|carteira|patrimônio|portafoglio)\b"
    r"|\s?(?:的|の)?(?:投资组合|仓位|ポートフォリオ)",
    re.IGNORECASE,
)
"""Behind a share of what the reader owns, which is advice and no statement about a company."""
_READER: Final = frozenset(map(fold, word_set("you du sie vous tú usted você")))
_READER_PAYS: Final = RarePattern(
    r"\b(?:you|du|Sie|vous|tú|usted|você)\s(?:\w+\s){0,2}"
    r"(?:bought|buy|paid|pay|invest|invested|put in|kaufen|kauften|gekauft|investieren|achetez|achetiez"
    r"|investissez|compraste|compra|compras|inviertes|comprou|investe)\b[^.;,\d]{0,20}$"
    # "To collect $100 a year you would need 2,500 shares."
    r"|\bto (?:collect|earn|get|receive|generate|draw)\s(?:about\s)?[$€£¥]?$",
    re.IGNORECASE,
)
"""Before what the reader pays or invests."""
_ROUND_MOVE: Final = 5.0
"""Percent of which customary or assumed moves are multiples."""
_DEFINITION: Final = RarePattern(
    r"\b(?:definitions?|defined as|by convention|conventionally|rule of thumb|definiert als|Faustregel"
    r"|par définition|défini comme|se define|por definición|por definição|definido como"
    r"|per definizione|si definisce)\b"
    r"|定義|定义|정의",
    re.IGNORECASE,
)
_MOVE: Final = RarePattern(
    r"[\s-](?:[^\W\d_]+\s)?(?:drop|decline|fall|loss|pullback|correction|sell-?off|rise|gain|rally|advance|move|haircut|Rückgang"
    r"|Minus|Plus|Anstieg|Kursrückgang|baisse|hausse|recul|caída|subida|queda|alta|calo|ribasso|rialzo)\b",
    re.IGNORECASE,
)
_FROM_PRICE: Final = RarePattern(
    r"\s(?:below|above|under|over|unter|über|sous|au-dessus d|en dessous d|por debajo d|por encima d|sotto"
    r"|sopra|abaixo|acima)\w*\s(?:[^\W\d_]+['’]?\s?){0,2}(?:price|close|level|Kurs|cours|precio|preço|prezzo)\b",
    re.IGNORECASE,
)
"""Behind how far from the price an order would be: ``A stop 10% below the price would be at $225.45``."""
_SUPPOSED: Final = re.compile(
    r"\b(?:if|suppos(?:e|ing)|assum(?:e|ing)|imagine|wenn|falls|angenommen|supposons que|si|supongamos que"
    r"|suponha que|supponiamo che),?\s[^,.;:\d]{0,50}$",
    re.IGNORECASE,
)
"""Before a change that is only supposed: ``Suppose the share count fell by 5%``."""
_MARKET: Final = (
    r"(?:(?:stock|overall|broad(?:er)?|whole)\s)?(?:market|gesamtmarkt|markt|marché|mercado|mercato)"
)
_OF_MARKET: Final = re.compile(
    rf"(?:\b{_MARKET}\b[^,.;:\d]{{0,24}}|(?:市場|市场|시장)[^、。，,\d]{{0,10}})$", re.IGNORECASE
)
_BY_MARKET: Final = RarePattern(
    rf"[\s-](?:[^\W\d_]+\s){{0,2}}(?:of|in|by|im|am|des|du|de|del|do|di)\s?(?:(?:the|le|el|o|il)\s)?{_MARKET}\b",
    re.IGNORECASE,
)
"""Beside a move of the market that a sentence on the beta of a share supposes."""
_WHEN: Final = re.compile(r"\b(?:when|whenever|if|wenn|quand|lorsque|si|cuando|quando|se)\b", re.IGNORECASE)
_BETA: Final = "beta"
_DEALING: Final = re.compile(
    r"\b(?:buy(?:ing)?|own(?:ing)?|hold(?:ing)?|sell(?:ing)?|(?:ver)?kauf(?:en|t)?|achet(?:er|ez)|vend(?:re|ez|er|ere)"
    r"|compr(?:ar|are|a|ando)|possuir|tener|detener|avere)\s$",
    re.IGNORECASE,
)
"""Before a number of shares of the reader's: ``Buying 15 shares costs $3,757.50``."""
_ROUND_SHARES: Final = re.compile(
    r"(?:10|50|100|500|1,?000|hundred|thousand|(?:ein)?hundert|(?:ein)?tausend|cent|mille|cien|mil|cem|cento)"
    r"\s(?:shares|Aktien|actions|acciones|ações|azioni)\b|(?:10|50|100|500|1,?000)\s?(?:株|股|주)(?!당)"
    r"|\d[\d,]*\s?(?:株(?:を|も)?(?:保有|所有|持|買)|주(?:를|을)?\s?(?:보유|가지|갖|사면|살|매수))",
    re.IGNORECASE,
)
"""Some shares of the reader's, in an example."""
_INVESTED: Final = RarePattern(
    r"(?:\s|,)[^.;\d]{0,30}?\b(?:invested|investiert|angelegt|investis|placés|invertidos|investidos|aplicados"
    r"|investiti)\b|\s?(?:を|을|를)?\s?(?:投資|投资|투자)",
    re.IGNORECASE,
)
"""Behind an amount of an example: ``$10,000 invested a year ago would be worth $11,330``."""
_INVESTMENT: Final = RarePattern(
    r"\b(?:put|invest(?:ment|ing|ed)?|stake|position|Anlage|Investition|investissement|placement|inversión"
    r"|investimento|aplicação)\s(?:(?:of|von|de|di|über)\s)?$|(?:投資|投资|투자)(?:额|額|액)?(?:が|は|为|이)?$",
    re.IGNORECASE,
)
_LARGE: Final = 1e8
"""From here on, an amount is one of a company, also in yen and won."""
_SUM: Final = RarePattern(
    r"[\s-](?:investments?|positions?|holdings?|stakes?|Anlage|Investition|Position|placement|investissement|inversión"
    r"|posición|investimento|posição|posizione)\b",
    re.IGNORECASE,
)
"""Behind a sum that anybody could invest: "a $10,000 investment"."""
_INTO: Final = re.compile(r"\s(?:in|into|en|em|dans)\s")
"""Between an amount of an example and a company: ``£10,000 in GSK brings about £331 a year``."""
_BUYS_SHARES: Final = re.compile(
    r"(?:\seach|\sapiece)?,?\s(?:buys?|gets?|would|will|can|could|you(?:['’][^\W\d_]+)?|one|bekomm\w*|erh[aä]lt\w*|reich\w*|kauf\w*"
    r"|gibt es|vous|tu|on (?:obtient|achète|reçoit|peut)"
    r"|permett\w*|achèt\w*|se|puedes?|compr\w*|alcanza\w*|obt\w*|recib\w*|você|dá|dão|bast\w*|si|ottien\w*|puoi)\s"
    r"[^.;:\d]{0,30}?(?=\d+(?:[.,]\d+)*\s(?:[^\W\d_][\w’'&.]*[\s-]){0,2}?"
    r"(?:shares?|units?|coins?|Aktien?|Anteile|actions?|titres?|acci(?:ón|ones)|aç(?:ão|ões)|azion[ei])\b)"
    r"|\s?(?:で|なら|로|으로|이면)[^。.\d]{0,14}(?=(?:約|약\s?)?\d[\d,]*\s?(?:株|주)(?:を|が|를|을)?\s?(?:買|購入|살|사|매수|매입|구매))"
    r"|[^。.\d]{0,8}[买買购購][^。.\d]{0,6}(?=约?\d[\d,]*\s?股)",
    re.IGNORECASE,
)
"""Behind an amount of an example: ``For £5,000 you get 44 AstraZeneca shares``."""
_ON_SUM: Final = re.compile(
    r"(?:^|[\s*_(])(?:on|with|for|auf|bei|mit|für|sur|avec|pour|sobre|con|por|em|com|su|per)\s$",
    re.IGNORECASE,
)
"""Before the sum of an example: ``On $10,000 that would be about $81 a year``."""
_LEADING: Final = frozenset("125")
_LEAST_SUM: Final = 100.0
_WHOEVER: Final = re.compile(
    r"\b(?:anyone who|whoever|someone who|an investor who|wer|qui|quien|quem|chi)\b[^.;\d]{0,24}$",
    re.IGNORECASE,
)
"""Before the shares of an example: ``Wer damals 20 Anteile gekauft hat``."""
_BOUGHT_AT: Final = re.compile(
    r"\b(?:buy|bought|purchased?|(?:ge)?kauf\w*|achet\w*|compr\w*|acquist\w*)\s[^.;]{0,40}?"
    r"\s(?:at|for|zu|für|à|a|por|per)\s$",
    re.IGNORECASE,
)
"""Before the price of an example: ``Suppose you bought 40 shares of AMD at $80``."""
_STEP_OF_EXAMPLE: Final = 5.0
_COST_BASIS: Final = Ending(
    r"\b(?:cost basis|purchase price|entry price|buying price|Einstandskurs|Einstandspreis|Kaufkurs"
    r"|prix d['’]achat|precio de compra|preço de compra|preço médio de compra|prezzo d['’]acquisto"
    r"|prezzo di carico)"
    r"\s(?:of|von|de|di)\s$|(?:取得単価|買値|买入价|成本价|매입가)(?:が|を|は|为|가|는)?$",
    last="of von de di 取得単価 買値 買入价 成本价 매입가 が を は 为 가 는",
)
"""Before what the reader paid for a share, as an example."""
_ONE_UNIT: Final = RarePattern(
    r"\s?(?:株|股|주)(?!主)|\s(?:share|Aktie|action|acción|ação|azione|euro|dollar|pound|franc|yen|dólar|dollaro|real|libra"
    r"|livre|Pfund|Franken)(?![^\W\d_])|\s?(?:ドル|ユーロ|美元|欧元|달러|유로|EUR|USD|GBP|CHF)(?!\w)",
    re.IGNORECASE,
)
"""Behind the one that a price or an amount is for: ``1株15円``, ``one euro buys $1.16``."""
_WHOLE_SCALE: Final = RarePattern(
    r"(?<![\d.,])0\s?(?:[-–—]|to|and|bis|und|à|et|a|y|e|から|到|至|에서|부터|と)\s?100(?![\d.,]*\d|\s?%)",
    re.IGNORECASE,
)
"""The ends of the scale of an indicator: ``runs from 0 to 100``."""
_BUYS: Final = RarePattern(
    r"\s?(?:=|≈|は|兑|이\s|는\s|\b(?:is|was|equals|buys|bought|costs?|gets|fetches|ist|sind|kostet|bringt|entspricht|vaut|coûte|s'échange"
    r"|vale|cuesta|equivale|compra|costa|custa)\b)",
    re.IGNORECASE,
)
"""Behind the unit of a currency whose price follows: ``One euro buys $0.97``."""
_WHETHER: Final = RarePattern(
    r"\b(?:(?:cannot|can't|could not|impossible to|no one can|nobody can|unable to) (?:say|tell|know|predict)"
    r"[^.]{0,20}(?:whether|if|how)|whether|weiß nicht, ob|nicht sagen, ob|ne peux pas dire si"
    r"|no puedo decir si)\b",
    re.IGNORECASE,
)


def is_figure(sentence: Sentence, claim: Claim) -> bool:
    """Tells whether a number that is not of the reader is a statement, and not one of "three reasons"."""
    numeral = claim.numeral
    if is_conventional(claim, sentence) or is_round_mark(sentence, numeral) or is_norm(sentence, claim):
        return False
    if claim.is_conditional and _is_hypothetical(sentence, claim):
        return False
    if _is_of_wording(sentence, claim) or _is_assumed_move(sentence, claim):
        return False
    if not numeral.plain:
        return True
    if numeral.readings[0].value == 1 and _ONE_UNIT.match(sentence.text, numeral.end):
        return False
    if claim.is_conditional and not claim.is_tight and _is_of_case(sentence, claim):
        # "where 1 would be considered fair", "100 shares would cost"
        return False
    if ends_with(_OUT_OF, sentence.text, numeral.start):
        return False
    if numeral.readings[0].value > _MAX_COUNTED:
        return True
    noun = next((cue for cue in sentence.cues_of("generic_noun") if cue.start >= numeral.end), None)
    if noun is None:
        return True
    gap = sentence.text[numeral.end : noun.start]
    return len(gap.split()) > 1 or _STOP.search(gap) is not None


def _is_of_case(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether words of a case belong to a number: not to 870 in ``870, which would be a rise``."""
    start, end = claim.numeral.start, claim.numeral.end
    cues = sentence.cues_of("conditional")
    return not cues or any(
        cue.start < start or _NEXT_CLAUSE.search(sentence.text, end, cue.start) is None for cue in cues
    )


_NEXT_CLAUSE: Final = re.compile(
    r",\s(?:which|what|was|ce qui|lo que|o que|il che)\s|[;；]|\.\s", re.IGNORECASE
)
_ANY: Final = re.compile(
    r"[\s*_-]*(?:an?|any|ein|eine|jede[rs]?|une?|toute?|una|cualquier|uma?|qualquer|uno|ogni)\s",
    re.IGNORECASE,
)
_IN_BRACKETS: Final = re.compile(r"[^\d(（.;]{0,40}[(（]")
_ROUGH: Final = 0.15
"""How far a part in words may be from the exact one, over its value."""
_TIMES: Final = re.compile(
    r"回|番|次|회(?![사원])|번|銘柄|社(?![員債])|[只隻家]股票|[个個]标的|\s?(?:개\s)?종목"
)
"""Behind how often something happens, or how many companies are spoken of."""
_SHORT_OF: Final = RarePattern(r"\s(?:short of|away from|shy of|above|below)\s\d", re.IGNORECASE)
_A_YEAR: Final = RarePattern(
    r"\s(?:a|per|each|every|im|pro|par|por|al|ao)\s(?:year|quarter|month|Jahr|an|año|ano|trimestre)\b|\sall['’]anno\b",
    re.IGNORECASE,
)
"""Behind how often something is paid: "twice a year"."""


def _is_mark_of_any(sentence: Sentence, claim: Claim) -> bool:
    """``A ratio above 100% can't last``: a round mark of what may happen to any company."""
    if not claim.threshold:
        return False
    numeral = claim.numeral
    is_round = numeral.unit in (Unit.PERCENT, Unit.MULTIPLE) and not numeral.readings[0].value % _ROUND_MOVE
    return (
        is_round
        and not sentence.companies
        and not sentence.cues_of("it")
        and _ANY.match(sentence.text) is not None
    )


def _is_told_exactly(sentence: Sentence, claim: Claim) -> bool:
    """``almost half of the profit (46%)``: the exact number in brackets is checked, and not the words."""
    numeral = claim.numeral
    if numeral.unit is not Unit.PERCENT or any(map(str.isdigit, numeral.text)):
        return False
    exact = next((one.numeral for one in sentence.numbers if one.numeral.start >= numeral.end), None)
    if (
        exact is None
        or exact.unit is not Unit.PERCENT
        or not _IN_BRACKETS.fullmatch(sentence.text, numeral.end, exact.start)
    ):
        return False
    rough = numeral.readings[0].value
    return abs(rough - exact.readings[0].value) <= _ROUGH * rough


def _is_assumed_move(sentence: Sentence, claim: Claim) -> bool:
    """``a bear market would require a 20% drop``, ``by definition a decline of 10%``: none that was."""
    numeral = claim.numeral
    if numeral.unit is not Unit.PERCENT or numeral.sign:
        return False
    if claim.is_conditional and claim.direction and ends_with(_SUPPOSED, sentence.text, numeral.start):
        return True
    if needs_way_back(claim, sentence) or (not sentence.companies and is_way_back(claim, sentence)):
        # "A loss of 20% takes a gain of 25% to make up for": true of any price.
        return True
    if _is_move_of_market(sentence, claim):
        return True
    if numeral.readings[0].value % _ROUND_MOVE:
        return False
    if _DEFINITION.search(sentence.text):
        return True
    if not claim.is_conditional or claim.is_tight:
        return False
    return any(words.match(sentence.text, numeral.end) is not None for words in (_MOVE, _FROM_PRICE))


def _is_move_of_market(sentence: Sentence, claim: Claim) -> bool:
    """``a beta of 1.22: when the market falls 10%, it tends to lose about 12%``."""
    if claim.numeral.readings[0].value % 1:
        return False
    text = sentence.text
    before = ends_with(_OF_MARKET, text, claim.numeral.start)
    is_supposed = before is not None and _WHEN.search(text[: before.start()].rpartition(":")[2]) is not None
    if not is_supposed and not any(one.name == _BETA for one in sentence.metrics):
        return False
    return before is not None or _BY_MARKET.match(text, claim.numeral.end) is not None


def _is_of_wording(sentence: Sentence, claim: Claim) -> bool:
    """``The bear case rests on three points:``, ``one euro buys $1.16``: no number of a company."""
    numeral, text = claim.numeral, sentence.text
    if _is_told_exactly(sentence, claim) or _is_mark_of_any(sentence, claim):
        return True
    if "100" in text and any(one.start() <= numeral.start < one.end() for one in _WHOLE_SCALE.finditer(text)):
        return True
    if numeral.plain and numeral.unit is Unit.NONE and numeral.readings[0].value <= _MAX_COUNTED:
        if _TIMES.match(text, numeral.end):
            return True
        return ends_with(_PLACE_IN_LIST, text, numeral.start) is not None
    if numeral.unit is Unit.MULTIPLE and _A_YEAR.match(text, numeral.end):
        return True
    if numeral.unit is Unit.POINTS:
        # "two points short of 70"
        if any("rsi_14" in one.metrics for one in sentence.metrics) and _SHORT_OF.match(text, numeral.end):
            return True
        return _LISTED.match(text, numeral.end) is not None and not any(map(str.isdigit, numeral.text))
    # "A dividend of $1.00 is unchanged" is of a company.
    is_named = claim.mention is not None and claim.mention.end <= numeral.start
    is_one = numeral.unit is Unit.MONEY and numeral.readings[0].value == 1
    return is_one and not is_named and _BUYS.match(text, numeral.end) is not None


def is_of_reader(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether a number is what the reader pays, a part of what he owns, or shares in an example."""
    numeral, text = claim.numeral, sentence.text
    if numeral.unit is Unit.NONE and SHARES.match(text, numeral.end):
        if ends_with(_WHOEVER, text, numeral.start):
            return True
        if numeral.plain and ends_with(_DEALING, text, numeral.start):
            return True
    speaks_of_reader = not sentence.keys.isdisjoint(_READER)
    is_sum = speaks_of_reader and numeral.unit is not Unit.MULTIPLE
    if is_sum and ends_with(_READER_PAYS, text, numeral.start):
        return True
    value = max(numeral.readings).value if numeral.unit is Unit.MONEY else _LARGE
    is_example = claim.is_conditional and not value % _STEP_OF_EXAMPLE
    is_bought_at = is_example and ends_with(_BOUGHT_AT, text, numeral.start) is not None
    if value < _LARGE and (is_bought_at or ends_with(_COST_BASIS, text, numeral.start)):
        return True
    if value < _LARGE and _BUYS_SHARES.match(text, numeral.end):
        return True
    if value < _LARGE and _is_round(value):
        if claim.is_conditional and ends_with(_ON_SUM, text, numeral.start):
            return True
        is_before = ends_with(_INVESTMENT, text, numeral.start) is not None
        is_behind = _INVESTED.match(text, numeral.end) or _SUM.match(text, numeral.end)
        into = _INTO.match(text, numeral.end)
        is_into = into is not None and any(one.start == into.end() for one in sentence.companies)
        is_before = is_before or ends_with(_WHOEVER, text, numeral.start) is not None
        return is_before or is_into or is_behind is not None
    if numeral.unit is Unit.PERCENT:
        return _OF_PORTFOLIO.match(text, numeral.end) is not None or is_weight(sentence, numeral)
    return numeral.unit is Unit.NONE and _ROUND_SHARES.match(text, numeral.start) is not None


def is_bought_count(sentence: Sentence, claims: Sequence[Claim], claim: Claim) -> bool:
    """Returns whether a number of shares is what an amount of the reader's beside it buys.

    ``With $10,000 you could buy about 40 shares``: unlike other shares of an example, they are checked.
    """
    numeral = claim.numeral
    if numeral.unit is not Unit.NONE or not SHARES.match(sentence.text, numeral.end):
        return False
    if len(claim.companies) > 1 or len({one.value for one in sentence.companies}) > 1:
        return False
    place = next(index for index, one in enumerate(claims) if one is claim)
    amounts = (*claims[max(0, place - 1) : place], *claims[place + 1 : place + 2])
    return any(
        one.numeral.unit is Unit.MONEY
        and _is_round(max(one.numeral.readings).value)
        and is_of_reader(sentence, one)
        and SPLIT.search(sentence.text) is None
        for one in amounts
    )


def _is_round(value: float) -> bool:
    """Returns whether an amount is one of an example: 100, 5,000, 10,000."""
    return value >= _LEAST_SUM and value == int(value) and f"{value:.0f}".rstrip("0") in _LEADING


def _is_hypothetical(sentence: Sentence, claim: Claim) -> bool:
    """``I cannot say whether it will rise by 5%``: a change that is not claimed."""
    way = next((cue for cue in sentence.moves if cue.end <= claim.numeral.start), None)
    whether = _WHETHER.search(sentence.text, 0, claim.numeral.start)
    return way is not None and whether is not None and whether.end() <= way.start
