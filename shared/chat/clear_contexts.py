"""Recognises where a word that is mostly no instrument is one: "is now a buy", "sell my cost", "crm 주가".

Most tickers that are words are read as instruments in the usual contexts. These words are too frequent for
that, so each context here leaves no other reading. Words of the English language ("now", "cost") need a
narrower context in English than abbreviations ("crm", "ms") and letters do.
"""

import re
from typing import Final, NamedTuple

from shared.chat.question_language import ENGLISH
from shared.symbols.name_text import word_set

_WORDS: Final = word_set("now cost race shop coin")
"""Tickers that are English words and no abbreviations."""

_THINGS: Final = word_set("coin race shop")
"""Those of them that somebody may own."""

_TIME: Final = "now"
"""The word that stands behind a verb without being its object: "should i buy now"."""

_WORDS_IN: Final = {
    "fr": word_set("ma t c coin race"),
    "it": word_set("ma c"),
    "pt": word_set("ma"),
    "es": word_set("t"),
}
"""Words in other languages, which need the narrower context there."""

_LONGEST: Final = 40
"""Characters before a word that are looked at."""

_START: Final = r"(?:^|[.!?;:(\n]\s*|\b(?:why|how|so|hey|ok|and|but|or|think|whether|if)\s+)"
_END: Final = r"\s*(?:$|[?!.,;)])"
_SOON: Final = (
    rf"(?:{_END}|\s+(?:before|after|into|ahead|here|rn|right|today|tomorrow|this|next|at|for|under|below"
    r"|around|long|or|and|vs|versus|with|instead)\b)"
)
_WEAK_SOON: Final = rf"(?:{_END}|\s+(?:before|after|into|ahead|here|rn|at|or|vs|instead)\b)"
_EARNINGS_TIME: Final = r"\s+(?:before|after|into|ahead of|post|pre)\s*-?\s*earnings\b"
_SHARES: Final = r"stock|shares?|position|stake|holding"
_ADVERBS: Final = r"(?:(?:still|really|currently|too|very|finally|already|even|so|currently)\s+)*"
_PURCHASE: Final = (
    r"(?:a|an)\s+(?:(?:good|strong|great|decent|solid|safe|risky|boring|screaming|better|long[- ]term|clear"
    r"|monthly|dividend|growth|income|value|quality|defensive|cyclical|blue[- ]chip|bank|retirement|meme"
    r"|tech)\s+)*"
    r"(?:buy|sell|hold|bargain|short|investment|value trap|stock|reit|utility|(?:\w+ )?(?:payer|grower)"
    r"|compounder|turnaround|takeover target|bubble)\b"
    r"(?!\s+(?:signal|opportunit|time|idea|order|moment|market|zone|strategy|split|price|picker))"
)
_SUITED: Final = (
    r"(?:good|safe|suitable|suited|right)\s+for\s+(?:my\s+|an?\s+|the\s+)?(?:monthly|passive|income"
    r"|retirement"
    r"|dividends?|long[- ]term|growth|roth|ira|beginners?|portfolio)\b"
)
_VALUED: Final = r"(?:over|under)(?:valued|priced|bought|sold)\b|(?:expensive|cheap|fairly valued)\b"
_MOVED: Final = (
    r"(?:up|down|falling|rising|dropping|tanking|crashing|mooning|rallying|trading|doing|worth|below|above"
    r"|so (?:low|high|cheap|expensive)|lower|higher|flat|red|green|(?:de)?listed|profitable|dead|doomed)\b"
)
_REPORTED: Final = (
    r"(?:beat|miss|missed|report|reported|announce|split|outperform|earn|guide|pay (?:a |any )?dividends?"
    r"|(?:raise|cut|hike) (?:its |the |their )?(?:guidance|dividend))\b"
)
_CHANGED: Final = r"(?:do|perform|drop|fall|tank|crash|rise|jump|pop|close|open|trade|go (?:up|down))\b"
_FIGURE: Final = (
    r"\s+(?:earnings|dividends?|eps|p/?e(?: ratio)?|price target|target price|stock|shares?|market cap|fwd pe"
    r"|forward pe|q[1-4]|ex[- ]div\w*|buybacks?|fundamentals|financials|10-?[kq]|balance sheet"
)
_FIGURE_OF_ABBREVIATION: Final = (
    rf"{_FIGURE}|guidance|valuation|yield|forecast|outlook|results|chart|options|calls|puts|leaps"
    rf"|price(?={_END}|\s+(?:today|now|history|forecast|prediction|action)))\b"
)
_BEFORE_FIGURE: Final = (
    r"(?:^|[.!?;:(\n]\s*|['’]s\s+|\b(?:of|on|about|is|are|was|did|does|before|after|into|next|show|me"
    r"|check|when"
    r"|buy|sell|get|latest|how|what|any)\s+)"
)
_BUYING: Final = r"(?:buy|sell|short|hold|own|dump|trim|buying|selling|holding|owning|shorting)"


class _ClearContext(NamedTuple):
    """What stands before and behind an instrument."""

    before: re.Pattern[str]
    after: re.Pattern[str]


def _context(before: str, after: str) -> _ClearContext:
    return _ClearContext(re.compile(f"{before}$", re.IGNORECASE), re.compile(after, re.IGNORECASE))


_MY: Final = rf"\b{_BUYING}\s+(?:all\s+|half\s+)?(?:of\s+)?(?:my|our)\s+"
_MY_SHARES: Final = _context(_MY, rf"\s+(?:{_SHARES}|calls|puts)\b")
_MINE: Final = _context(_MY, _END)
"""For words that are no things: "sell my now", but not "sell my coin"."""

_ASKED: Final = (
    _context(rf"{_START}(?:is|isn['’]?t|was)\s+", rf"\s+{_ADVERBS}(?:{_PURCHASE}|{_VALUED}|priced in\b)"),
    _context(r"(?:^|[.!?;:(\n]\s*|\bhow\s+|\bwhen\s+)(?:is|did|does|will|has|can)\s+", rf"\s+{_REPORTED}"),
    _context(
        r"\b(?:what|where|how)(?:['’]?s|\s+is|\s+much is)\s+",
        rf"\s+(?:trading(?: at)?|doing|performing)(?:{_END}|\s+(?:rn|right now|today|lately|this)\b)",
    ),
    _context(r"\b(?:on|about|of)\s+", _EARNINGS_TIME),
)
"""Questions whose subject is the word, whatever it is elsewhere."""

_MULTIPLE: Final = _context(
    _START, r"\s+(?:at|on|for|trades at|trading at)\s+(?:an?\s+)?\d+(?:[.,]\d+)?\s?x\b"
)
"""Only an instrument is at a multiple: "cost at 50x earnings"."""

_NARROW: Final = (_MY_SHARES, *_ASKED, _MULTIPLE, _context(_BEFORE_FIGURE, rf"{_FIGURE})\b"))

_ADDRESSED: Final = _context(_START, r",\s+(?:is|was|should|will|does|did|can)\s+(?:it|i|they)\b")
"""A letter that a question names before it asks: "A, is it a buy"."""

_VOWEL: Final = _context(_BEFORE_FIGURE, r"\s+(?:earnings|eps|ebitda|outlook|options)\b")
"""Where the article would be "an": "A earnings call"."""

_OBJECT: Final = _context(
    rf"\b(?:i|we|you|to|or|not|don['’]?t|still|and)\s+{_BUYING}\s+(?:more\s+)?", _WEAK_SOON
)
"""A word of the language as the object of a purchase; "now" is no object."""

_ACTING: Final = _context(r"\b(?:is|did|does|will|has|can)\s+", rf"\s+(?:{_REPORTED}|{_CHANGED})")
"""A thing would have an article: "why did shop drop"."""

_WIDE: Final = (
    *_NARROW,
    _MINE,
    _context(rf"{_START}(?:is|isn['’]?t|was)\s+", rf"\s+{_ADVERBS}(?:{_MOVED}|{_SUITED})"),
    _ACTING,
    _context(
        r"\b(?:thoughts?|opinions?|take|views?|bullish|bearish|outlook|news|update|think|wrong|up|say)\s+"
        r"(?:on|about|of|for|with)\s+",
        _SOON,
    ),
    _context(r"\b(?:what|how)\s+about\s+", _END),
    _context(_START, rf"\s+or\s+(?:wait|hold|sell|skip|pass|not|cash|bonds|nothing){_END}"),
    _ADDRESSED,
    _context(rf"\b{_BUYING}\s+(?:more\s+)?", _SOON),
    _context(r"\b(?:what|where|how)(?:['’]?s|\s+is|\s+much is)\s+", rf"\s+(?:{_MOVED}|priced|looking|at\b)"),
    _context(_BEFORE_FIGURE, _FIGURE_OF_ABBREVIATION),
)

_JUDGED: Final = (
    r"(?:(?:recession|inflation|tariff|crisis|ai|future|bear[- ]market|rate)[- ]?"
    r"(?:proof|resistant|resilient)|(?:over|under)?leveraged|(?:in|out of) (?:trouble|favou?r)"
    r"|exposed to|going (?:bankrupt|under|private)"
    r"|cyclical|defensive|volatile|bankrupt|investable|uninvestable"
    r"|(?:good|safe|strong) enough)\b"
)
"""Predicates of companies only."""

_CAPITAL_LETTER: Final = (
    _context(r"\b(?:is|isn['’]?t|was|are|how)\s+", rf"\s+{_ADVERBS}{_JUDGED}"),
    _context(
        r"\bhow\s+(?:risky|safe|cheap|expensive|volatile|leveraged|\w+[- ](?:proof|resistant))\s+is\s+", _END
    ),
    _context(r"\b(?:worried|excited|concerned) about\s+", _END),
    _context(
        r"\b(?:tell me (?:more )?about|analy[sz]e|analysis (?:of|on)|show(?: me)?|give me|rate|review"
        r"|research"
        r"|(?:chart|overview|summary|price|value|future) (?:of|for)|(?:details|info|news|report) (?:on"
        r"|about|for)"
        r"|what happened (?:to|with)|what(?:['’]s| is) (?:wrong|up|happening) with|look(?:ing)? (?:at"
        r"|into)|go long"
        r"|long|short)\s+",
        rf"(?:{_END}|\s+(?:please|now|today|yesterday|this|last|over|in|since|and|vs)\b)",
    ),
    _context(_START, r"\s+(?:stock\s+)?ticker\b"),
    _context(rf"{_START}(?:is\s+)?", r"\s+(?:at|under|below|above|over|near|around)\s+[$€£]?\d"),
    _context(rf"{_START}(?:the\s+)?", r"\s+\d+[- ]?(?:y|yr|year|day|month|week)s?\b"),
    _context(
        r"\b(?:does|do|did|can|could|will|would|should)\s+",
        r"\s+(?:have|own|make|earn|pay|owe|compete|need|still|ever|trade|generate|report|issue|buy back)\b",
    ),
    _context(
        r"\b(?:why|has|did|when)\s+",
        r"\s+(?:recovered|bottomed|peaked|fallen|dropped|fell|rose|jumped|crashed|tanked|rallied|cut"
        r"|raised)\b",
    ),
    _context(
        r"(?:^|\s)",
        r"['’]s\s+(?:growth|network|loans?|business|cash flow|balance sheet|ceo|moat|future|chart|stock"
        r"|shares?"
        r"|price|strategy|management|outlook|valuation|guidance|results|numbers|quarter|pension|ev)\b",
    ),
    _context(rf"\b{_BUYING}\s+(?:more\s+)?", r"\s+on\s+(?:the\s+)?(?:dips?|weakness|margin|monday)\b"),
)
"""The same for a single capital letter, which is hardly anything else there."""

_ELSEWHERE: Final = (
    # German
    _context(
        r"(?:^|[.!?,;:\n]\s*|\b\w+\s+)", rf"\s+(?:kaufen|verkaufen|halten|nachkaufen)(?:{_END}|\s+oder\b)"
    ),
    _context(
        r"\b(?:ist|war|sind)\s+",
        r"\s+(?:(?:noch|aktuell|gerade|zu|ein|eine|schon)\s+)*(?:kauf|über|unter|teuer|billig|günstig"
        r"|kaufenswert)",
    ),
    _context(
        r"(?:^|[.!?;:\n]\s*|\b(?:von|für|bei|die|der|zu)\s+)",
        r"\s+(?:aktien?|kurs|kursziel|dividende|quartalszahlen|zahlen|kgv|bewertung|prognose)\b",
    ),
    _context(
        r"\b(?:wie (?:läuft|lief|performt|steht)|comment va|où en est|c[oó]mo (?:va|le va a|anda)|qu[eé] tal"
        r"|como (?:vai|est[aá]|anda)|come (?:va|sta))\s+",
        rf"(?:{_END}|\s+(?:heute|gerade|aktuell|aujourd|en ce moment|hoy|este|ahora|hoje|agora|oggi)\b)",
    ),
    _context(
        r"(?:^|[.!?;:¿\n]\s*)",
        r"\s+(?:(?:ainda )?vale (?:a pena|o preço|la pena)|(?:no )?conviene|merece la pena"
        r"|vaut (?:le coup|son prix)|lohnt sich)\b",
    ),
    _context(r"(?:^|\s)", r"\s+(?:an der börse|en (?:la )?bou?rse|en (?:la )?bolsa|na bolsa|in borsa)\b"),
    # French, Spanish, Portuguese, Italian
    _context(
        r"\b(?:acheter|vendre|garder|conserver|comprar|vender|mantener|manter|segurar|comprare|vendere"
        r"|tenere)\s+",
        rf"(?:{_END}|\s+(?:ou|o|maintenant|ahora|agora|adesso|avant|antes|prima)\b)",
    ),
    _context(
        r"\b(?:penser? de|pensez[- ]vous de|pensas de|opinas (?:de|sobre)|acham? d[ae]|pens(?:i|ate) di)\s+",
        _END,
    ),
    _context(
        r"\b(?:action|actions|accion|acción|acciones|ação|ações|azione|azioni|dividende|dividendo|cours|lucro"
        r"|résultats|resultados|risultati|quotazione|cotización|cotação)\s+(?:de|da|do|di|del|d['’])?\s*",
        rf"(?:{_END}|\s+\w)",
    ),
    _context(
        r"(?:^|[.!?;:\n]\s*|\b(?:la|il|o|a|est|está|é|è)\s+)",
        r"\s+(?:(?:est|está|é|è|esta)(?:[- ](?:elle|il))?\s+)?(?:trop\s+|muy\s+|muito\s+|troppo\s+)?"
        r"(?:sur|sous|sobre|infra|sub|sopra|sotto)[- ]?(?:[ée]valu|valora|valori|valuta|avalia)",
    ),
)
"""The same in languages of which the word is none."""

_EAST_ASIAN: Final = re.compile(
    r"\s*(?:の|的|의|은|는|이|가)?\s*(?:株価|株|決算|配当|目標株価|股价|股票|财报|市值|分红|股價|財報"
    r"|주가|주식|실적|배당|시총|목표가)"
)
"""What stands behind an instrument in Japanese, Chinese and Korean."""


def is_english_word(key: str) -> bool:
    """Returns whether a ticker in lower case that is mostly a word is one of English, no abbreviation."""
    return key in _WORDS


def is_asked_about(text: str, start: int, end: int) -> bool:
    """Returns whether a question asks about a word as one asks about instruments only, whatever the word is.

    Args:
        text: The question.
        start: Offset of the word.
        end: Offset behind it.
    """
    before = text[max(0, start - _LONGEST) : start]
    contexts = (_VOWEL, _ADDRESSED) if text[start:end] == "A" else ()
    return _stands((_MY_SHARES, *_ASKED, *contexts), before, text, end)


def has_figures(text: str, start: int, end: int) -> bool:
    """Returns whether a figure of an instrument follows a word that opens a clause: "mmm dividend".

    Args:
        text: The question.
        start: Offset of the word.
        end: Offset behind it.
    """
    return _stands(_NARROW, text[max(0, start - _LONGEST) : start], text, end)


def is_in_clear_context(text: str, start: int, end: int, language: str) -> bool:
    """Returns whether a word that is mostly no instrument is one where it stands.

    Args:
        text: The question.
        start: Offset of the word.
        end: Offset behind it.
        language: The language of the question.
    """
    if _EAST_ASIAN.match(text, end):
        return True
    word = text[start:end].lower()
    before = text[max(0, start - _LONGEST) : start]
    if language != ENGLISH and _stands(_ELSEWHERE, before, text, end):
        return word not in _WORDS_IN.get(language, frozenset()) or text[start:end].isupper()
    is_letter = end - start == 1 and text[start].isupper()
    if is_letter and _stands(_CAPITAL_LETTER, before, text, end):
        return True
    if word not in _WORDS:
        is_word = word in _WORDS_IN.get(language, frozenset()) and not text[start:end].isupper()
        return _stands(_NARROW if is_word else _WIDE, before, text, end)
    further = _ACTING if word in _THINGS else _MINE
    if _stands((*_NARROW, further), before, text, end):
        return True
    return word != _TIME and _stands((_OBJECT,), before, text, end)


def _stands(contexts: tuple[_ClearContext, ...], before: str, text: str, end: int) -> bool:
    return any(one.before.search(before) and one.after.match(text, end) for one in contexts)
