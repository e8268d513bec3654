"""Recognises messages that refer to no company of the conversation: thanks, "what is a P/E ratio"."""

import re
from typing import Final

from shared.chat.general_questions import is_general
from shared.chat.greetings import GREETING

_THIS: Final = (
    r"\b(?:it|its|that|this|these|those|they|their|he|she|here|das|dies\w*|es|ihre?|hier|cela|ça|ce|cette"
    r"|leur|ici|eso|esto|ese|esta|est?e|su|aquí|isso|isto|essa|esse|sua|aqui|questo|questa|ciò|sua|qui)\b"
)
"""Words that refer to the messages before."""

_NO_REFERENCE: Final = rf"(?:(?!{_THIS})[^?.!])+?"
_MEANS: Final = (
    rf"\bwhat (?:does|do) {_NO_REFERENCE}\bmean\b(?! for\b|[^?.!]*{_THIS})"
    rf"|\bwas (?:bedeute[nt]|hei(?:ß|ss)t) {_NO_REFERENCE}(?:[?.!]|$)"
    rf"|\bque (?:veut dire|veulent dire|signifie(?:nt)?) {_NO_REFERENCE}(?:[?.!]|$)"
    rf"|\bqué (?:significan?|quiere decir) {_NO_REFERENCE}(?:[?.!]|$)"
    rf"|\bo que (?:significam?|quer dizer) {_NO_REFERENCE}(?:[?.!]|$)"
    rf"|\b(?:che|cosa) (?:significa(?:no)?|vuol dire) {_NO_REFERENCE}(?:[?.!]|$)"
    r"|^[^这那它]*是什么意思|^[^それこ]*(?:の意味(?:は|って|を)|とはどういう意味)|^(?!그|이게"
    r"|이건).*(?:무슨 뜻|뜻이 뭐)"
)
"""Questions about what a term means, not what a fact means for a company."""

_ASKS_FOR_A_TERM: Final = re.compile(
    r"^\W*(?:(?:so|ok|okay|and|und|et|y|e)\W+)?"
    r"(?:what(?:['’]s| is| are| does) an?\b|(?:explain|define) (?:what )?an?\b|define\b"
    r"|was (?:ist|bedeutet) eine?\b|c['’]est quoi une?\b|qu['’]est-ce qu['’](?:est )?une?\b"
    r"|qué (?:es|significa) una?\b|o que (?:é|significa) uma?\b|(?:che )?cos['’]è un[ao]?\b)"
    rf"|{_MEANS}"
    r"|\b(?:in general|generally|im allgemeinen|en général|en general|em geral|in generale)\b"
    r"|とは(?:何|なん|[?？]|$)|什么是|什麼是|(?:이란|란) ?(?:뭐|무엇)|[이가] 뭐(?:야|예요|에요)",
    re.IGNORECASE,
)

_LONGEST_DEFINITION: Final = 5
"""Words before what a question wants defined."""
_MEANING: Final = re.compile(
    r"\W*(?:what(?:['’]s| is| are| happened)\b|who\b|when\b|explain|define|translate|describe|which"
    r"|was (?:ist|sind|bedeutet|heißt)|c['’]est quoi|qu['’]est-ce|que (?:signifie|veut dire)"
    r"|qué (?:es|son|significan?|quiere decir)|o que (?:é|são|significam?|quer dizer)"
    r"|che cos|(?:che )?cosa (?:significa|vuol dire))",
    re.IGNORECASE,
)
"""How questions begin that ask what a word means."""

_SMALL_TALK: Final = re.compile(
    rf"\W*(?:(?:ok|okay|great|perfect|cool|nice|super|oi|{GREETING}"
    r"|zusammen|again|there|everyone|everybody|all|team|folks"
    r"|(?:many |vielen |grand |muchas |muito |mille )?"
    r"(?:thanks|thank you|thx|danke?|merci|gracias|obrigad[oa]|grazie)"
    r"(?: (?:a lot|so much|schön|beaucoup|mille))?"
    r"|(?:that|this) (?:helps?|helped|makes sense|was helpful|answers it)"
    r"|that['’]?s (?:helpful|all|it|good to know|great)"
    r"|got it|i see|makes sense|understood|good to know|no (?:more|further) questions|for (?:your|the) help"
    r"|alles klar|verstanden|das hilft(?: mir)?|das war['’]?s|(?:das )?reicht(?: mir)?|für die (?:hilfe|info)"
    r"|gut zu wissen"
    r"|d['’]accord|compris|c['’]est (?:noté|clair|tout|parfait)|pour (?:ton|votre) aide"
    r"|entendido|de acuerdo|eso es todo|por (?:la|tu) ayuda|entendi|é isso|pela ajuda|(?:ho )?capito|è tutto"
    r"|per l['’]aiuto|perfetto|perfecto|perfeito|parfait|perfekt|super|vale|chiaro|claro|genau"
    r"|ありがとう(?:ございま(?:す|した))?|助かりました|わかりました|分かりました|了解(?:です"
    r"|しました)?|なるほど"
    r"|谢谢(?:你|您)?|謝謝|你好|明白了?|知道了|好的|了解"
    r"|감사합니다|고마워요?|고맙습니다|안녕하세요|알겠습니다|알겠어요?|이해했어요?)\W*)+",
    re.IGNORECASE,
)


def is_about_none(text: str) -> bool:
    """Returns whether a question that names no company is not about those of the conversation either."""
    return asks_for_a_term(text) or is_small_talk(text) or is_general(text)


def is_small_talk(text: str) -> bool:
    """Returns whether a message is nothing but a greeting or thanks."""
    return _SMALL_TALK.fullmatch(text) is not None


def asks_for_a_term(text: str) -> bool:
    """Returns whether a question that names no company asks what a term means, or asks in general."""
    return _ASKS_FOR_A_TERM.search(text) is not None


def asks_for_a_meaning(text: str, index: int) -> bool:
    """Returns whether a question asks what one of its words means: "What is the Rule of 72?".

    Args:
        text: The question.
        index: Index of the word.
    """
    return index <= _LONGEST_DEFINITION and _MEANING.match(text) is not None
