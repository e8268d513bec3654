"""Patterns of dates and reporting periods, and the words of months and quarters that they have."""

import re
from typing import Final

from shared.figures.reading.lexicon import fold, word_set
from shared.figures.reading.rare_pattern import RarePattern, WordPattern
from shared.figures.reading.units import one_of

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jän januari janvier janv enero ene janeiro gennaio gen",
            "february feb februar février févr fevr febrero fevereiro fev febbraio",
            "march mar märz mär mrz mars marzo março",
            "april apr avril avr abril abr aprile",
            "may mai mayo maio maggio mag",
            "june jun juni juin junio junho giugno giu",
            "july jul juli juillet juil julio julho luglio lug",
            "august aug août aout agosto ago",
            "september sep sept septembre septiembre setembro set settembre",
            "october oct oktober okt octobre octubre outubro out ottobre ott",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre déc diciembre dic dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
ORDINALS: Final = {
    word: number
    for number, words in {
        1: "first erste ersten erstes 1st 1. premier primer primero primeiro primo 1er 1º 一",
        2: "second zweite zweiten zweites 2nd 2. deuxième segundo secondo 2e 2º 二",
        3: "third dritte dritten drittes 3rd 3. troisième tercer tercero terceiro terzo 3e 3º 三",
        4: "fourth vierte vierten viertes 4th 4. quatrième cuarto quarto 4e 4º 四",
    }.items()
    for word in words.split()
}


_MONTH: Final = rf"(?<![^\W\d_])(?:{one_of(MONTHS)})(?![^\W\d_])\.?"
_ENGLISH_WORD: Final = r"(?:set|out|ago)(?![^\W\d_])"
"""Short forms of months that are English words too."""
_MONTH_FIRST: Final = rf"(?!{_ENGLISH_WORD}){_MONTH}"
"""Before its day, or before "quarter": where these forms are written, the day is first."""
_MONTH_BEHIND: Final = rf"(?!out\sof\b){_MONTH}"
"""Behind its day: "12 out 2026", but "12 out of 20"."""
NAMED_MONTH: Final = WordPattern(_MONTH_FIRST, words=" ".join(MONTHS))
"""A month by its name, without a day or year."""
MONTH_BEHIND: Final = RarePattern(
    r"(?:\s(?:in|by|until|during|of|im|vom|von|bis|en|em|à|a|de|di|in|até|hasta|nel|fin)\s|\sd['’])"
    r"(?:(?:early|mid|late|the middle of|the end of|Anfang|Mitte|Ende|début|mi|fin|principios de|mediados de"
    r"|finales de|início de|meados de|fins de|inizio|metà|fine)[\s-])?"
    rf"(?:{_MONTH_FIRST})",
    re.IGNORECASE,
)
"""Behind a number of a month that is named without a year: ``slid to $88.49 by late September``."""
_MONTH_ALONE: Final = (
    rf"(?:(?!{_ENGLISH_WORD}(?!\.|\s(?:de|del|di)\s)){_MONTH}"
    rf"|(?:(?<=\b(?:de|di|da|do|em|en)\s)|(?<=\b(?:del|dal|nel)\s)){_MONTH})"
)
"""Without a day: "set. 2026", "em set 2026", "set de 2026", but "management set 2026 revenue guidance"."""
_YEAR: Final = r"(?:19|20)\d{2}"
_SHORT: Final = rf"(?:{_YEAR}|\d{{2}}(?![.,]\d|\s?%))(?!\d)"
_FISCAL: Final = (
    r"(?:fiscal\s(?:year\s)?|FY\s?|financial\syear\s|Geschäftsjahr(?:es)?\s|GJ\s?|exercice\s|ejercicio\s"
    r"|exercício\s|esercizio\s)"
)
_OF: Final = r"(?:,?\s(?:of\s|de\s|del\s|do\s|im\s|des\s|du\s|di\s)?|/|')"
NUMERIC_DATE: Final = re.compile(
    # Each of these begins with a digit.
    r"(?=\d)(?:"
    + "|".join(
        (
            (
                rf"(?P<iso>{_YEAR}-\d{{2}}-\d{{2}})(?:T[\d:.]+(?:Z|[+-]\d{{2}}:\d{{2}})?"
                rf"|\s\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s?UTC)?)?(?!\d)"
            ),
            rf"(?P<numeric>\d{{1,2}}[./]\d{{1,2}}[./](?:{_YEAR}))(?!\d)",
            (
                rf"(?P<cjk>(?P<cy>{_YEAR})\s?(?:[年년](?:度|도|财年|会计年度|財年"
                rf"|财报)?|财年|財年|会计年度|會計年度|회계연도)(?:\s?(?P<cm>\d{{1,2}})\s?[月월](?:\s?(?P<cd>\d{{1,2}})\s?[日일号號])?)?"
                rf"|(?P<cm2>\d{{1,2}})\s?[月월]\s?(?P<cd2>\d{{1,2}})\s?[日일号號])"
            ),
            # "7-9月期", "10~12월"
            r"(?P<months>(?<![\d.,])(?P<first>\d{1,2})\s?[-–~～〜至到]\s?(?P<last>\d{1,2})\s?[月월](?!\s?\d))",
            (
                r"(?P<clock>(?<![\d.,])\d{1,2}\s?(?:[時时点點시]\s?"
                r"(?:\d{1,2}\s?[分분]|半|(?=に|、|，|。|收|开|開|闭|閉))|h(?:\s?\d{2})?(?!\w)))"
            ),
            (
                r"(?P<time>(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:a\.?m|p\.?m|UTC|GMT|Uhr|h|ET|CET"
                r"|EST)\b\.?)?(?!\d))"
            ),
            (
                rf"(?P<season>(?<![\d.,$€£¥]){_YEAR}(?:/|–|-|-to-|\sto\s|\sand\s|\sbis\s|\sà\s|\sa\s)(?:{_YEAR}"
                rf"|\d{{2}})(?![\d%,.]\d|\d|\s?%|-\d))"
            ),
            # "am 15.1."
            (
                r"(?P<daymonth>(?:(?<=\b(?:am|im|ab)\s)|(?<=\b(?:vom|zum|bis|dem|den)\s)|(?<=\bseit\s)"
                r"|(?<=[(（])(?=[\d.]{4,6}[:)）]))"
                r"(?:3[01]|[12]\d|0?[1-9])\.(?:1[0-2]|0?[1-9])\.(?!\d))"
            ),
            r"(?P<monthday>(?<=ends\s|ding\s|day\)\s)(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))",
            rf"(?P<marked>(?<![\w.,$€£¥]){_YEAR}(?:[EeFA]|s)(?![^\W_]))",
        )
    )
    + ")",
    re.IGNORECASE,
)
_ENDING: Final = (
    r"(?:to|through|(?:ending|ended)(?:\sin)?|bis|bis zum|clos en|terminé en|jusqu'en|hasta|terminado en"
    r"|cerrado en|até|encerrado em|chiuso a|fino a)"
)
"""Between "quarter" and the month in which it ends."""
DATE_WITH_MONTH: Final = re.compile(
    "|".join(
        (
            (
                rf"(?P<mdy>(?P<m1>{_MONTH_FIRST})\s(?P<d1>3[01]|[012]?\d)(?:st|nd|rd|th)?(?!\d|[.,]\d"
                rf"|\s?%)(?:,?\s(?P<y1>{_YEAR})(?!\d))?)"
            ),
            (
                rf"(?P<dmy>(?<![\d.,])(?P<d2>3[01]|[012]?\d)(?:st|nd|rd|th|er|º|°|\.)?\s(?:of\s|de\s"
                rf"|di\s)?(?P<m2>{_MONTH_BEHIND})(?:,?\s(?:de\s|del\s|do\s)?(?P<y2>{_YEAR})(?!\d))?)"
            ),
            # "the September quarter": the one that ends then.
            (
                rf"(?P<mq>(?P<m4>{_MONTH_FIRST})[\s-]?(?:quarters?|Quartal)(?:\s(?:of\s)?(?P<y4>{_YEAR})(?!\d))?"
                rf"|(?:quarter|Quartal|trimestre)\s{_ENDING}\s(?P<m6>{_MONTH})(?:\s(?P<y6>{_YEAR})(?!\d))?"
                rf"(?![^\W_]|\s\d{{1,2}}(?!\d))|trimestre\s(?:de\s|d'|di\s)(?P<m5>{_MONTH}))"
            ),
            rf"(?P<my>(?P<m3>{_MONTH_ALONE})(?:,?\s(?:of\s|de\s|del\s|do\s)?)(?P<y3>{_YEAR})(?!\d|,\d))",
        )
    ),
    re.IGNORECASE,
)
LISTED_MONTH: Final = re.compile(
    rf"[ \t>*#-]*\d{{1,2}}\.\s[*_]*(?={_MONTH_FIRST}[*_]*(?:(?:\s20\d\d)?[*_]*\s?:|\s\d{{1,2}}(?!\d)))",
    re.IGNORECASE,
)
"""The number of an item of a list before its month: ``2. November: $47.36``, ``1. May 2026: $1.79``."""
_DAY_NUMBER: Final = r"(?:3[01]|[012]?\d)"
_DASH_OR_TO: Final = (
    r"\s?[–—-]\s?"
    r"|\s(?:to|through|until|bis(?:\szum)?|au|al|a|até|and|und(?:\sdem)?|et(?:\sle)?|y(?:\sel)?|e)\s"
)
DAYS_OF_CJK_MONTH: Final = RarePattern(
    rf"(?:(?P<year>{_YEAR})\s?[年년]\s?)?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<first>{_DAY_NUMBER})\s?[日일号號]?"
    rf"\s?(?:から|[-–~～〜至到]|부터|에서)\s?(?P<last>{_DAY_NUMBER})\s?[日일号號]"
)
SPAN_OF_DAYS: Final = re.compile(
    "|".join(
        (
            # "May 3 and 18 analysts" is no span: without a year only a dash or "between" makes one.
            (
                rf"(?P<between>(?:between|zwischen|entre|tra)\s)?(?P<m1>{_MONTH_FIRST})\s(?P<a1>{_DAY_NUMBER})"
                rf"(?:st|nd|rd|th)?(?P<by1>{_DASH_OR_TO})(?P<b1>{_DAY_NUMBER})"
                rf"(?:st|nd|rd|th)?(?!\d|[.,]\d|\s?%)(?:,?\s(?P<y1>{_YEAR})(?!\d))?"
            ),
            (
                rf"(?<![\d.,$€£¥])(?P<a2>{_DAY_NUMBER})(?:st|nd|rd|th|\.)?"
                rf"(?:{_DASH_OR_TO})(?:el\s|le\s|il\s)?(?P<b2>{_DAY_NUMBER})(?:st|nd|rd|th|\.)?\s"
                rf"(?:of\s|de\s|di\s)?(?P<m2>{_MONTH_BEHIND})(?:,?\s(?:de\s|del\s|do\s)?(?P<y2>{_YEAR})(?!\d))?"
            ),
        )
    ),
    re.IGNORECASE,
)
PART_OF_YEAR: Final = re.compile(
    "|".join(
        (
            (
                rf"(?P<quarter>(?<![^\W_])(?<![.,])(?:[QT](?P<q1>[1-4])|(?P<q2>[1-4])(?:Q"
                # "2T26", "2T de 2026", "en el 1T"
                rf"|T(?=\s?\d\d|\s(?:de|del|do)\s(?:19|20)\d\d)|T(?<=(?:el|no|do|il)\s[1-4]T)))(?:(?!,\s\d\d(?!\d)){_OF}?(?:{_FISCAL})?(?P<qy>{_SHORT}))?(?![^\W_])"
                rf"|(?P<q3>{one_of(ORDINALS)})[\s-](?:fiscal\s)?(?:quarter|Quartals?"
                rf"|trimestre)(?:{_OF}(?:{_FISCAL}|the\s)?(?P<qy2>{_YEAR})(?!\d))?"
                rf"|(?:第(?=[一二三四1-4](?:四半期|季))|(?<![前第续續近去每\d])(?=[一二三四]季度))(?P<q4>[一二三四1-4])(?:四半期|季度|季)|(?P<q5>[1-4])\s?분기|Quartal\s(?P<q6>[1-4])(?![.,]?\d))"
            ),
            (
                rf"(?P<half>(?<![^\W_])(?:H(?P<h1>[12])|(?P<h2>[12])H"
                rf"|S(?P<h3>[12])(?=\s{_YEAR}))(?:{_OF}?(?:FY)?(?P<hy>{_SHORT}))?(?![^\W_])"
                rf"|(?P<h4>first|second|erste[ns]?|zweite[ns]?|premier|deuxième|second|primer|segundo"
                rf"|primeiro)[\s-](?:half|Halbjahr|Jahreshälfte"
                rf"|semestre)(?:{_OF}(?:{_FISCAL})?(?P<hy2>{_YEAR})(?!\d))?)"
            ),
            rf"(?P<fiscal>(?<![^\W_]){_FISCAL}'?(?P<fy>{_SHORT})(?:[EeFA])?(?![^\W_]))",
        )
    ),
    re.IGNORECASE,
)
MAY_BE_DATE: Final = re.compile(
    r"\d(?:\d-\d\d|\d{3}|:\d\d|[./]\d{1,2}[./]|\s?[時时点點시]|\s?h\b|\d?\s?[月월])"
)
MAY_BE_PART: Final = re.compile(r"[QTHSqths][1-4]|[1-4][QTHqth]|第.(?:四半期|季)|[一二三四]季度|분기")
NUMBERED_QUARTER: Final = RarePattern(
    r"\b(?:im|au|du|en el|del|al|no|do|nel|in the|of the)\s"
    rf"(?P<number>{one_of(word for word in ORDINALS if len(word) > 2 and word.isalpha())})"
    rf"(?:\s(?:of|de|del|do|di|von)\s(?P<year>{_YEAR})(?!\d))?"
    r"(?=[,.;:)]|$|\s[(\[]|\s(?:[A-Z]{0,3}[\d$€£]|waren?\b|hatte|havia|había|avait|era\b|it\b|was\b"
    r"|(?:and|und|et|y|e|bei|mit|con|com|avec|gegen|contre|contra|contro)\s))",
    re.IGNORECASE,
)
"""A quarter beside another one: ``au troisième 8,77 $``."""
_NAMED_QUARTER: Final = (
    rf"(?:{_MONTH_FIRST}[\s-]?(?:quarters?|Quartal)"
    rf"|trimestre\s(?:de\s|d'|di\s){_MONTH}|(?:quarter|Quartal|trimestre)\s{_ENDING}\s{_MONTH})"
)
MONTH_OF_QUARTER: Final = RarePattern(
    rf"\b(?:in|for|im|en|em|a|à)\s(?P<month>{_MONTH_FIRST})(?=,|:|;|\s(?:[A-Z]{{0,3}}[\d$€£-]|it\b|was\b))(?!\s\d{{1,2}}(?!\d|[.,]\d))",
    re.IGNORECASE,
)
"""A quarter that is named by its last month, beside another one: "in September $3.00"."""
QUARTER_OF_MONTH: Final = RarePattern(_NAMED_QUARTER, re.IGNORECASE)
PART_LETTERS: Final = frozenset("qths")
"""Letters of quarters and halves, which are tokens of their own: "Q3", "2H"."""
PART_KEYS: Final = frozenset(
    map(
        fold,
        word_set(
            """
            fy fye gj fiscal financial quarter quartal quartals trimestre half halbjahr jahreshälfte semestre
            geschäftsjahr geschäftsjahres exercice ejercicio exercício esercizio
            """
        ),
    )
)
FOLDED_MONTHS: Final = frozenset(map(fold, MONTHS))
BARE_YEAR: Final = re.compile(rf"(?<![\w.,$€£¥₹₩%+−])(?<![-])({_YEAR})(?![\d%$€£¥x×]|[.,]\d|\s?(?:%|％))")
OF_YEAR: Final = re.compile(r"度?の?(?:会计年度|财年|財年|\s?회계연도)?\s?(?:的|의\s)?")
"""Between a year and its quarter in Japanese, Chinese and Korean."""
SHORT_CJK_YEAR: Final = re.compile(r"(?<![\d.,])(\d\d)\s?[年년](?!ぶり|[間间前後后以物債债来連간전후만])")
CENTURY: Final = 2000
MAX_APART: Final = 5
"""Years between a year of two digits and one of four that is written beside it."""
IS_FISCAL: Final = re.compile(rf"fiscal|{_FISCAL}", re.IGNORECASE)
