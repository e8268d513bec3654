"""Recognises greetings and farewells in nine languages, whose words are no names."""

import re
from collections.abc import Iterator
from typing import Final

from shared.chat.question_words import OPENERS
from shared.symbols.name_text import comparison_key

_ALL: Final = (
    "(?: (?:everyone|everybody|all|team|folks|guys|there|again|zusammen|allerseits|nochmal|à tous|a todos"
    "|a todas|a tutti|noch))*"
)
"""Who is greeted."""

GREETING: Final = (
    "(?:good ?(?:morning|afternoon|evening|night|day)"
    "|have a (?:good|great|nice|lovely) (?:morning|afternoon|evening|night|day|weekend|one)"
    "|happy (?:new year|holidays|easter|thanksgiving|birthday)|merry (?:christmas|xmas)"
    "|frohe (?:weihnachten|ostern)|(?:ein )?frohes neues(?: jahr)?|bonne année|joyeux noël|joyeuses fêtes"
    "|feliz (?:año(?: nuevo)?|ano novo|navidad|natal|páscoa)|buon (?:natale|anno)|buona pasqua"
    "|hello|hi|hey|hiya|howdy|greetings|goodbye|bye(?:[ -]bye)?|see you|cheers"
    "|(?:einen )?(?:schönen |wunderschönen )?(?:guten |gute )(?:morgen|tag|abend|nacht)"
    "|schönen (?:tag|abend|feierabend)|schönes wochenende|mahlzeit"
    "|gr(?:ü|ue)(?:ß|ss)(?: gott| dich| sie| euch)|gr(?:ü|ue)ezi|servus|moin(?: moin)?|hallo|hallöchen"
    "|tsch(?:ü|ue)ss?|tschüß|auf wiedersehen|bis (?:bald|später|morgen)"
    "|bonjour|bonsoir|bonne (?:soirée|journée|nuit|fin de journée)|bon(?: |ne )(?:après-midi|week-end)"
    "|salut|coucou|au revoir|à (?:bientôt|demain|plus tard)"
    "|buen[ao]s? (?:d[ií]as?|tardes?|noches?)|hola|adi[óo]s|hasta (?:luego|mañana|pronto)|saludos"
    "|bo[ma] (?:dia|tarde|noite|fim de semana)|ol[áa]|tchau|até (?:logo|amanhã|mais)"
    "|buon[ao]? ?(?:giorno|sera|serata|notte|giornata|pomeriggio|weekend|fine settimana)|salve|ciao"
    "|arrivederci|a (?:presto|domani))"
)
"""A greeting or farewell, without who is greeted."""

_GREETING: Final = re.compile(rf"\b{GREETING}\b{_ALL}", re.IGNORECASE)

_INTRODUCTION: Final = re.compile(
    r"\b(?:my name(?:['’]s| is)|call me|ich hei(?:ß|ss)e|mein name ist|je m['’]appelle|mon nom est|me llamo"
    r"|mi nombre es|me chamo|meu nome é|mi chiamo|il mio nome è)\s+\w+(?: (?-i:[A-ZÀ-Þ])\w+)?",
    re.IGNORECASE,
)
"""The name of the user, which may be that of a company: "my name is Ford"."""


def greetings(text: str) -> Iterator[tuple[int, int]]:
    """Yields start and end of the greetings in a text, and of what users say that they are called.

    Words that may begin a name are left out: Hello Fresh.
    """
    for match in _INTRODUCTION.finditer(text):
        yield match.span()
    for match in _GREETING.finditer(text):
        if comparison_key(match[0]) not in OPENERS:
            yield match.start(), match.end()
