"""Digits that are part of a name and no figure: indices, products, forms, list numbers, addresses."""

import re
from collections.abc import Set as AbstractSet
from typing import Final

from shared.figures.reading.lexicon import fold, tokens, word_set
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.units import CODES

_INDICES: Final = (
    *(r"S&P\s?-?(?:500|400|600|100|1500)", r"Nasdaq[ -]?100", r"Russell[ -](?:1000|2000|3000)"),
    *(r"Dow(?:\sJones)?[ -]30", r"M?DAX[ -](?:30|40|50)", r"(?:FTSE|Footsie)[ -](?:100|250|350)"),
    *(r"(?:FTSE\s)?MIB[ -](?:30|40)", r"CAC[ -]40", r"Nikkei[ -](?:225|400)", r"日経(?:平均)?225"),
    *(r"Stoxx(?:\sEurope)?[ -](?:50|600)", r"Fortune[ -](?:50|100|500|1000)", r"CSI[ -](?:300|500)"),
    *(
        r"ASX[ -](?:50|200|300)",
        r"TSX[ -]60",
        r"IBEX[ -]35",
        r"SBF[ -]120",
        r"KOSPI[ -]?200",
        r"KOSDAQ[ -]?150",
    ),
    r"[A-Za-z][\w.&]+\s\d{2,4}(?=\sIndex\b)",
    *(r"TOPIX[ -]?(?:100|500)", r"Nifty[ -]50", r"SMI[ -]20", r"AEX[ -]25", r"BEL[ -]?20"),
    *(r"OMX(?:[SH]|\s(?:Stockholm|Helsinki))?[ -]?(?:25|30)", r"NZX[ -]?50"),
    *(r"(?:标普|標普|标准普尔|史坦普)\s?500", r"(?:沪深|滬深)\s?300", r"纳斯达克\s?100", r"罗素\s?2000"),
    *(r"코스피\s?200", r"스탠더드앤드푸어스\s?500", r"中证\s?500", r"富時\s?100"),
)
_INDEX_WORDS: Final = word_set(
    """
    S&P Nasdaq Dow Jones DAX MDAX FTSE MIB CAC Nikkei Stoxx Russell IBEX KOSPI KOSDAQ TOPIX Nifty
    Sensex SMI AEX BEL ASX NZX TSX CSI Seng Composite VIX OMX Average Index
    """
)
_NUMBERED: Final = word_set(
    """
    Note Notes Item Items Exhibit Chapter Section Rule Article Part Schedule Step Figure Table Tier
    Phase Stage Level Topic Page Form Scope Anhang Anmerkung Kapitel Abschnitt Seite Nota Sección
    Capítulo Chapitre Tableau Tabla Tabelle Option Scenario Szenario Scénario Escenario Punkt Fact
    Fakt Source Quelle Top Class Type Version Generation Gen Magnificent Fonte Fuente Annex Appendix
    Season Episode Volume Staffel Folge Saison Épisode Temporada Episodio Stagione
    """
)
_PRODUCTS: Final = word_set(
    """
    RTX GTX iPhone iPad iOS macOS Windows Xbox PlayStation Galaxy Pixel Surface Kindle Model Airbus
    Boeing GPT Llama Claude Gemini Grok Ryzen Core Xeon Snapdragon Quest Switch Android Covid COVID
    Mate Falcon Dreamliner Office Wi-Fi Series Route Formula Formel Basel MiFID Industrie Industry
    Agenda Vision
    """
)
_COMPANIES: Final = (
    *(r"3M", r"7-Eleven", r"1&1", r"23andMe", r"8x8", r"10x\sGenomics", r"Phillips\s66", r"Forever\s21"),
    *(r"Century\s21", r"21Vianet", r"58\.com", r"51job", r"4imprint"),
)
_NO_UNIT: Final = r"(?![\d.,]*\d|\s?[%x×€$£]|\s?(?:times|percent|million|billion|trillion|USD|EUR)\b)"
_WORDS: Final = RarePattern(
    "|".join(
        (
            (
                rf"\b(?:{'|'.join(sorted(_NUMBERED))})\s\d{{1,4}}[A-Z]?{_NO_UNIT}(?:(?:,\s|\sand\s"
                rf"|\sto\s)\d{{1,3}}{_NO_UNIT})?"
            ),
            (
                rf"\b(?:{'|'.join(sorted(_PRODUCTS))})(?:-|\s)(?:(?:Pro|Ultra|Max|Air"
                rf"|Core)\s)?[a-zA-Z]?\d{{1,5}}(?:\.\d)?[A-Za-z]{{0,2}}{_NO_UNIT}"
            ),
            r"\b(?:ASC|IFRS|IAS|FAS|ASU)\s\d[\d.-]*\d?\b|\bNo\.\s?\d+|\bNr\.\s?\d+",
            r"\bMACD\s?\(\s?\d{1,2}\s?[,/;-]\s?\d{1,2}\s?(?:[,/;-]\s?\d{1,2}\s?)?\)",
            r"\bBollinger(?:[\s-]?[Bb](?:ands?|änder))?\s?\(\s?\d{1,2}\s?[,/;]\s?\d(?:[.,]\d)?\s?(?:σ|SD)?\)",
        )
    )
)
_WORD_KEYS: Final = frozenset(
    token.key
    for word in (*_NUMBERED, *_PRODUCTS, "ASC", "IFRS", "IAS", "FAS", "ASU", "No", "Nr", "MACD", "Bollinger")
    for token in tokens(word)[:1]
)
_INDEX_NAMES: Final = re.compile(rf"(?i:(?<![A-Za-z])(?:{'|'.join(_INDICES)}))(?!\d|[.,]\d)")
_INDEX_KEYS: Final = frozenset(
    token.key
    for name in (*(_INDEX_WORDS - {"Average", "Index"}), "Fortune", "Footsie", "Euro", "SBF", "OMXS")
    for token in tokens(name)[:1]
) | frozenset("日标標史沪滬纳罗코스中富")
_OF_PRODUCT: Final = r"(?:mg|ml|µg|mcg|nm|mm|GB|TB|MHz|GHz|Hz|[Vv]olts?|Zoll|inch(?:es)?)"
"""Units of what a product is, and not of what a company does."""
_MIXED: Final = re.compile(
    "|".join(
        (
            r"(?<![A-Za-z0-9.])\d{1,2}-[KQF](?:/A)?(?![A-Za-z0-9_])|\b401\(k\)|\b24/7\b|\b12/26(?:/9)?\b",
            (
                rf"\b(?:{'|'.join(_COMPANIES)})\b(?!\s(?:shares|units|employees|people|Aktien|Stück|titres"
                rf"|acciones|USD|EUR))"
            ),
            (
                r"\b7[0-8]7(?:-\d{1,3}(?:ER)?)?(?:s\b|X\b|\s?(?:MAX|Max|program(?:me)?|jets?|aircraft|planes?"
                r"|deliver(?:y|ies)|"
                r"production|family|line|Dreamliners?|Programm|Flugzeuge?|avions?|aviones)\b)"
            ),
            # Letters and digits in one word: RTX5090, H100, B2B, 5G; not 50m, 3x, EUR300.
            (
                r"(?<![\w.,$€£¥])(?!(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|CNY|HKD|INR|KRW|SEK|NOK|DKK|RMB|BRL|Rs"
                r"|kr)\d)[A-Za-z]+-?\d(?:(?![\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])[\w-])*(?![.,]\d)"
            ),
            r"(?<![\w.,])\d+(?:[GDF]|nm|[GTMk]B|[kMG]Wh?|km|kg|th|st|nd|rd|er|ème|\.?º|\.?ª)(?!\w)",
            # An identifier, such as an LEI.
            r"\b(?=\d*[A-Z])[A-Z\d]{10,}\b",
            r"\b\d{1,3}(?:-for-|:)\d{1,3}(?=[\s,.]|$)",
        )
    )
)
_MAY_BE_MIXED: Final = re.compile(
    r"[A-Za-z]-?\d|\d[A-Za-z&ºµ\u00aa]|\d-[A-Zf]|\d[:/]\d|\d\(k|7[0-8]7\S*\s[MmpjadfDlP]|\d\.[º\u00aa]|\d\.com|Phillips|Forever"
    r"|Century"
)
_ATTRIBUTES: Final = RarePattern(
    rf"(?<![\w.,$€£¥])\d+(?:[.,]\d+)?[\s-]?{_OF_PRODUCT}(?!\w)"
    r"|\b(?:[Vv]ersion|[Rr]elease|v)[\s-]?\d+(?:\.\d+)*(?!\w)"
    r"|\b(?:SIC|CIK|WKN|NAICS|ISIN|CUSIP)(?:[\s-](?:code|number|Code|Nummer))?(?:\sis|:)?\s\d{4,10}\b"
)
"""What a product is, and numbers in registers."""
_ATTRIBUTE_KEYS: Final = frozenset(
    fold(word)
    for word in word_set(
        """
        mg ml µg mcg nm mm GB TB MHz GHz Hz volt volts zoll inch inches version release v SIC CIK WKN NAICS
        ISIN CUSIP
        """
    )
)
# "1株当たり", "每1股": of one share. "10月": October, without a day.
_CJK_NAMES: Final = re.compile(
    r"(?<!\d)1\s?(?=オンス|トロイ|バレル|盎司|桶)|(?<!\d)1\s?(?=株当|株あ|주당)|每\s?1\s?(?=股)"
    # 「390万台のPS5」 is no price to sales.
    r"|(?<![A-Za-z])PS[2-6](?![\d.,倍배])"
    # "1ドル=146円"
    r"|(?<![\d.,])1\s?(?=(?:米?ドル|ユーロ|ポンド|美元|欧元|英镑|달러|유로|파운드)\s?(?:[=＝≈あ当]|兑|对))"
    r"|(?<![\d.,])(?:1[0-2]|[1-9])\s?[月월](?!\s?\d)"
)
_LISTED: Final = re.compile(
    r"^[ \t>*#-]*\(?\d{1,2}[.)](?=\s|$)|^[ \t>*#]*\d{1,2}\.\d{1,2}\.?(?=\s[A-Z])|^\s*\d\.\d\.\s*$",
    re.MULTILINE,
)
_ADDRESS: Final = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")
_NAMED: Final = re.compile(
    rf"(?:(?<=[\w,)] )|(?<=[\u3040-\u9fff\uac00-\ud7af]))([A-Z][A-Za-z&]+)[ -](\d{{1,5}})"
    rf"(?:(?!\w){_NO_UNIT}|(?=[のをがはとや]))"
)


_TIMES: Final = word_set(
    """
    Jahr Jahres Jahren Geschäftsjahr Geschäftsjahres Kalenderjahr Kalenderjahres Sommer Herbst
    Winter Frühjahr Frühling Sommers Herbsts Winters Jahresende Jahresanfang Jahreswechsel
    Jahresschluss Ende Anfang Mitte Année Exercice Año Ejercicio Anno Esercizio Ano Exercício
    Mrd Mio Milliarde Milliarden Million Millionen Billionen Euro Dollar Franken Pfund Yen Yuan Won Prozent
    """
)
"""Words with a capital that a year may stand behind: ``im Sommer 2025``, ``30,43 Milliarden 2023``."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def find_index_names(text: str, keys: AbstractSet[str]) -> list[tuple[int, int]]:
    """Returns the places of indices with a number in their name: ``S&P 500``, but not ``S&P 9999``."""
    if keys.isdisjoint(_INDEX_KEYS):
        return []
    return [match.span() for match in _INDEX_NAMES.finditer(text)]


def find_names(text: str, keys: AbstractSet[str]) -> list[tuple[int, int]]:
    """Returns the places of names and list numbers.

    Args:
        text: One sentence, in which dates and the like have been blanked.
        keys: The folded forms of its words.
    """
    # What one key or character tells is looked at first: few sentences have names of each kind.
    patterns: list[re.Pattern[str] | RarePattern] = [_LISTED]
    if not keys.isdisjoint(_WORD_KEYS):
        patterns.append(_WORDS)
    if _MAY_BE_MIXED.search(text):
        patterns.append(_MIXED)
    if not keys.isdisjoint(_ATTRIBUTE_KEYS):
        patterns.append(_ATTRIBUTES)
    if not text.isascii():
        patterns.append(_CJK_NAMES)
    if "@" in text or "://" in text or "www" in text:
        patterns.append(_ADDRESS)
    return [match.span() for pattern in patterns for match in pattern.finditer(text)]


def named_numbers(text: str) -> list[tuple[int, int, int]]:
    """Returns whole numbers after a word with a capital: start of the word, start and end of the number.

    Each is a name (``RTX 5090``) unless the word is known to be something else, such as a metric.
    """
    return [
        (match.start(1), match.start(2), match.end(2))
        for match in _NAMED.finditer(text)
        if match[1] not in _INDEX_WORDS
        and match[1] not in CODES
        and not (match[1] in _TIMES and _YEAR.fullmatch(match[2]))
    ]
