"""Recognises questions that leave the companies of a conversation: the market, how to invest, chat."""

import re
from typing import Final

_REFERS: Final = re.compile(
    r"\b(?:it|its|they|their|them|this|these|those|he|she|his|her|same|similar|like|competitors?|peers?"
    r"|rivals?"
    r"|the (?:stock|company|companies|shares?|business|two|three|other|first|second)"
    r"|sie|ihre?[nmrs]?|die(?:se[rnms]?)? aktien?|dessen|deren|beide[nr]?|dazu|damit|davon|ähnliche\w*"
    r"|elle|elles|son|sa|ses|leurs?|cette|ces|celle|celles|en comparaison|pareilles?"
    r"|su|sus|esta|estas|ellas?|ambas|parecidas?|dela|delas|dele|seu|sua|essa|essas|ela|elas|parecidas"
    r"|suo|suoi|sue|questa|queste|essa|esse|loro|simili)\b"
    r"|これ|それ|この|その|同じ|似た|它|这|那|同样|类似|이거|그거|그 |이 회사|비슷",
    re.IGNORECASE,
)
"""Words that refer to a company of the conversation."""

_MACRO: Final = (
    r"(?:inflation|(?:a |the next )?recession|(?:the )?(?:interest )?rates|the fed|the ecb"
    r"|the federal reserve|gdp"
    r"|the (?:risk[- ]free|fed(?:eral)? funds|prime|unemployment|inflation|mortgage|interest) rates?"
    r"|unemployment|the (?:us |global |world )?economy|the (?:stock )?markets?(?! cap\w*| share| value)"
    r"|wall street"
    r"|stocks|bonds|etfs?|index funds|mutual funds|crypto(?:currencies)?|real estate|options"
    r"|(?:a )?bear market"
    r"|(?:a )?bull market|(?:a )?(?:market )?crash|quantitative easing|tariffs)"
)
_MACRO_ELSEWHERE: Final = (
    r"(?:die inflation|inflation|eine rezession|der (?:aktien)?markt|die märkte|die börsen?|die zinsen"
    r"|die (?:ezb|fed)"
    r"|l['’]inflation|une récession|le marché|les marchés|la bourse|les taux|la (?:bce|fed)"
    r"|la inflación|una recesión|el mercado|los mercados|la bolsa|los tipos|el bce"
    r"|a inflação|uma recessão|o mercado|a bolsa|os juros|a selic"
    r"|l['’]inflazione|una recessione|il mercato|i mercati|la borsa|i tassi)"
)
_QUESTION: Final = (
    r"(?:and|so|ok|okay|but|und|et|y|e|wie|was|wann|warum|ist|sind|wird|werden|comment|quand|pourquoi"
    r"|est-ce que"
    r"|cómo|cuándo|por qué|como|quando|por que|come|perché|what|how|why|when|will|is|are|did|does|do|was|were"
    r"|has|have|should|can|there|be|causes?|happens?|ist|läuft|steht|geht es|hat|fällt|steigt|va|vont|est"
    r"|sont|está|van"
    r"|vai|estão|va|vanno|è|sono|['’]s|,)"
)
_KINDS: Final = (
    r"(?:stocks?|shares|etfs?|funds|companies|sectors?|industries|investments?|bonds|brokers?|books?|apps?"
    r"|cryptos?"
    r"|\w*aktien|fonds|\w*werte|actions|fonds|obligations|acciones|fondos|ações|acoes|fundos|azioni|fondi)"
)
_RATED: Final = (
    r"(?:best|good|top|great|cheap(?:est)?|safe(?:st)?|promising|undervalued|hot(?:test)?|recommended|some"
    r"|any|five|ten"
    r"|\d+|beste[nr]?|gute[nr]?|günstige[nr]?|sichere[nr]?|meilleure?s|bonnes|mejores|buenas|melhores|boas"
    r"|migliori"
    r"|buone)"
)
_TERMS: Final = (
    r"(?:(?:free |operating |discounted )?cash flow|dividend yields?|dividends"
    r"|market cap(?:itali[sz]ation)?|ebitda|ebit"
    r"|eps|earnings per share|p/?e(?: ratios?)?|price[- ]to[- ]\w+(?: ratios?)?|peg(?: ratio)?|roe|roa"
    r"|roic|beta|alpha"
    r"|volatility|short (?:selling|interest|squeezes?)|diversification|compound interest"
    r"|dollar[- ]cost averaging"
    r"|leverage|liquidity|hedging|(?:stock )?options|futures|(?:operating|gross|net|profit) margins?|goodwill"
    r"|depreciation|amorti[sz]ation|working capital|book value|intrinsic value|share buybacks?|buybacks"
    r"|stock splits?"
    r"|insider trading|technical analysis|fundamental analysis|blue chips?|penny stocks?|growth stocks"
    r"|value stocks)"
)
_GENERAL: Final = re.compile(
    # The market as the subject
    rf"^\W*(?:{_QUESTION}\s*)+(?:{_MACRO}|{_MACRO_ELSEWHERE})\b"
    # Ideas
    r"|^\W*(?:(?:and|so|ok|und|et|y|e)\W+)*(?:what|which|give|list|name|recommend|suggest|show|any|some|tell"
    r"|welche|was|nenne|gib|empfiehl|quelles?|quels?|donne|cite|qué|cuáles|dame|recomienda|quais|que|me"
    r"|indique"
    rf"|quali|dimmi|consigliami)\b(?:(?!\b(?:than"
    rf"|of)\b)[^?.!])*\b{_RATED}\b(?:\s+[\w-]+){{0,3}}?\s+{_KINDS}\b(?! (?:price|split))"
    r"|(?:おすすめ|オススメ|お勧め)の?(?:銘柄|株|投資)|推荐(?:一些|几只|什么)?.{0,6}(?:股|基金)"
    r"|(?:종목|주식) ?추천"
    # How to invest
    r"|\bhow (?:do|can|should|would) i (?:open|start|begin|learn|diversify|save|withdraw|deposit|choose"
    r"|pick|find|retire"
    r"|invest(?! in (?:it|this))|buy (?:stocks|shares|an? etf|bonds|my first)|get started|file|pay (?:tax"
    r"|less))"
    r"|\bwie (?:eröffne|investiere|beginne|lerne|spare|starte|fange) ich|\bcomment (?:ouvrir|investir"
    r"|commencer|débuter)\b"
    r"|\bcómo (?:abro|abrir|invierto|invertir|empiezo|empezar|ahorro)\b"
    r"|\bcomo (?:abro|abrir|invisto|investir|começo|começar)\b|\bcome (?:apro|aprire|investo|investire"
    r"|inizio|iniziare)\b"
    r"|口座.{0,4}(?:開|作)|投資の?(?:始め方|はじめ方)|(?:怎么|如何)(?:开户|投资|开始|理财)"
    r"|계좌.{0,4}(?:개설|만들)|투자.{0,4}시작"
    # Terms that are compared
    r"|\b(?:the )?difference between\b|\bunterschied zwischen\b|\bdifférence entre\b|\bdiferencia entre\b"
    r"|\bdiferença entre\b|\bdifferenza (?:tra|fra)\b|と[^とは]{1,12}の違い"
    r"|[和与跟][^和与跟]{1,8}的?[区區][别別]|(?:와|과|랑|하고) ?[^와과랑]{1,12} ?차이"
    # How a term is calculated
    rf"|\bhow (?:is|are) {_TERMS} (?:calculated|computed|defined|measured)\b"
    rf"|\bhow (?:do|does|can|would) (?:you|i|one|we) (?:calculate|compute|define|measure|read"
    rf"|interpret) {_TERMS}"
    # Small talk
    r"|\b(?:tell|know|another|erzähl\w*|raconte\w*|cuénta\w*|conta\w*|racconta\w*)\b.{0,14}"
    r"\b(?:joke|poem|story|witz|blague|histoire|chiste|piada|barzelletta)\b|笑话|笑話|冗談|농담"
    r"|\bhow(?:['’]s| is) the weather\b|\bwhat(?:['’]s| is) the weather\b|\bwie (?:ist|wird) das wetter\b"
    r"|天气|天気|날씨"
    r"|\bwhat time is\b|\bwie spät\b|\bwhat(?:['’]s| is) your name\b|\bhow old are you\b"
    r"|\bwhat(?:['’]s| is) the capital of\b"
    # Another topic
    r"|\b(?:something else|(?:another|new|different) (?:topic|question|subject)|change (?:the )?(?:topic"
    r"|subject)|start over"
    r"|(?:was|etwas) anderes|(?:anderes|neues) thema|autre (?:sujet|chose)|changeons de sujet"
    r"|otr[oa] (?:tema|cosa)"
    r"|outr[oa] (?:assunto|tema|coisa)|altro argomento|altra cosa|cambiamo argomento)\b"
    r"|話は変わ|別の話|换个话题|換個話題|다른 (?:얘기|이야기|질문)"
    # The assistant itself
    r"|\bwhat can you do\b|\bwho (?:are|made) you\b|\bwhat are you\b|\bare you (?:an? )?(?:bot|ai|human"
    r"|real|robot)\b"
    r"|\bhow do you work\b|\bwas kannst du\b|\bwer bist du\b|\bqui es-tu\b|\bque (?:peux-tu|sais-tu) faire\b"
    r"|\bqué (?:puedes|sabes) hacer\b|\bquién eres\b|\bo que você (?:pode|sabe|faz)\b|\bquem é você\b"
    r"|\bcosa (?:puoi|sai) fare\b|\bchi sei\b|何ができ|あなたは(?:誰|何)|你(?:能|会)做什么|你是谁"
    r"|(?:뭘|무엇을) 할 수|누구(?:세요|야|니)",
    re.IGNORECASE,
)

_DEFINES: Final = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|please)\W+)*(?:(?:can|could) you )?(?:what (?:is|are)|what['’]s|explain"
    r"|define|describe)"
    rf"(?: to me)?\s+{_TERMS}(?: (?:to me|please|again))?\W*$",
    re.IGNORECASE,
)
"""A term without an article is no figure of a company: "what is dividend yield", not "what is the yield"."""


def is_general(text: str) -> bool:
    """Returns whether a question that names no company is about none of the conversation either."""
    if _DEFINES.match(text):
        return True
    return _GENERAL.search(text) is not None and _REFERS.search(text) is None
