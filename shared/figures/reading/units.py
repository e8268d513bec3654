"""The words and signs that may stand beside a number: scales, percent, multiples, currencies.

In the words, ``_`` means a space or a hyphen.
"""

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

from shared.figures.reading.lexicon import word_set


class Unit(str):
    """What is written beside a number.

    No ``Enum``: up to Python 3.11 looking up a member of one takes some seven times as long, and the rules
    do that a hundred times for each number. There is one object of each unit.
    """

    __slots__ = ()
    PERCENT: ClassVar["Unit"]
    POINTS: ClassVar["Unit"]
    MULTIPLE: ClassVar["Unit"]
    MONEY: ClassVar["Unit"]
    NONE: ClassVar["Unit"]


Unit.PERCENT = Unit("percent")
Unit.POINTS = Unit("points")
Unit.MULTIPLE = Unit("multiple")
Unit.MONEY = Unit("money")
Unit.NONE = Unit()


_THOUSAND: Final = word_set("thousand thousands tausend tsd. mille mil mila millares 千 천")
_MILLION: Final = word_set(
    """
    million millions miljoen miljoner
    millioner mn mln mm mio. mio millionen millon millón millones milione milioni milhão
    milhões mi 百万 백만
    """
)
_BILLION: Final = word_set(
    """
    billion miljard miljarder
    milliarder bn mrd. mrd mrds md mds milliarde milliarden milliard milliards miliardo miliardi
    mil_millones mil_m mil_milhões bilhão bilhões bi mld 十亿 十億
    """
)
_TRILLION: Final = word_set(
    """
    trillion trillions tn trn bio. bio billionen billón billones bilione bilioni trilhão trilhões tri
    bilião biliões
    mille_milliards mila_miliardi 万亿 萬億 兆 조
    """
)
SCALES: Final[Mapping[str, tuple[float, ...]]] = {
    **dict.fromkeys(_THOUSAND, (1e3,)),
    **dict.fromkeys(word_set("万 萬 만"), (1e4,)),
    **dict.fromkeys(word_set("lakh lakhs"), (1e5,)),
    **dict.fromkeys(_MILLION, (1e6,)),
    **dict.fromkeys(word_set("crore crores 千万 천만"), (1e7,)),
    **dict.fromkeys(word_set("亿 億 억"), (1e8,)),
    **dict.fromkeys(word_set("백억 百亿 百億"), (1e10,)),
    **dict.fromkeys(word_set("천억 千亿 千億"), (1e11,)),
    **dict.fromkeys(_BILLION, (1e9,)),
    **dict.fromkeys(_TRILLION, (1e12,)),
    # Of yen, a pip is a hundredth.
    **dict.fromkeys(word_set("pips pip"), (1e-4, 1e-2)),
    # In French these are a million millions.
    "billions": (1e9, 1e12),
}
"""The factors that a word may mean."""

LETTERS: Final[Mapping[str, tuple[float, ...]]] = {
    **dict.fromkeys(("b", "bn"), (1e9,)),
    **dict.fromkeys(("m", "mn"), (1e6,)),
    **dict.fromkeys(("t", "tn"), (1e12,)),
    "k": (1e3,),
}
"""The factors of letters that stand right behind a number."""

PERCENT: Final = word_set(
    "% ％ percent per_cent pct prozent procent prosent pour_cent por_ciento por_cento パーセント 퍼센트 프로"
)
POINTS: Final = word_set(
    """
    percentage_points percentage_point prozentpunkte prozentpunkten prozentpunkt pp ppt
    points_de_pourcentage puntos_porcentuales pontos_percentuais punti_percentuali %_points 个百分点
    procentenheter procentenhet prosentpoeng procentpoint procentpunten
    個百分點 パーセントポイント %ポイント %포인트 퍼센트포인트 percent_points -point points_de_%
    """
)
BASIS_POINTS: Final = word_set(
    """
    bp bps basis_points basis_point basispunkte basispunkten points_de_base puntos_básicos
    pontos-base punti_base 个基点 ベーシスポイント
    """
)
HUNDREDTHS: Final = word_set(
    """
    cents cent ¢ eurocents céntimos céntimo cêntimos cêntimo centimes centime centavos centesimi
    öre øre Rappen
    セント 美分 센트
    """
)
"""Hundredths of a currency."""
MULTIPLES: Final = word_set(
    "x × times time -fold fold mal -fache -fachen fache fachen fach -mal fois veces vezes volte 倍 배"
)
SYMBOLS: Final[Mapping[str, str]] = {
    "$": "$",
    "US$": "USD",
    "HK$": "HKD",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NT$": "TWD",
    "R$": "BRL",
    "S$": "SGD",
    "NZ$": "NZD",
    "MX$": "MXN",
    "€": "EUR",
    "£": "GBP",
    "¥": "¥",
    "￥": "¥",
    "CN¥": "CNY",
    "JP¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    # French has the country behind.
    "$ CA": "CAD",
    "$ US": "USD",
    "$ AU": "AUD",
    "$ HK": "HKD",
    "RMB": "CNY",
    "Rs": "INR",
    "kr": "kr",
    "Fr.": "CHF",
}
CODES: Final = word_set(
    """
    USD EUR GBP CHF JPY CAD AUD CNY HKD INR SEK DKK NOK KRW BRL TWD SGD MXN NZD PLN ZAR TRY RUB ILS
    THB IDR GBX CNH MYR PHP HUF CZK CLP ARS SAR AED QAR KWD VND ISK RON PEN
    """
)
_CURRENCY_NAMES: Final[Mapping[str, str]] = {
    "USD": (
        "us_dollars us_dollar us-dollar u.s._dollars dollars_américains dólares_estadounidenses 美元 美金 "
        "米ドル 미국_달러"
    ),
    "$": "dollars dollar dólares dólar dollari dollaro ドル 달러 bucks",
    "EUR": "euros euro 欧元 歐元 ユーロ 유로",
    "GBP": "pounds pound british_pounds pounds_sterling sterling pfund livres libras sterline 英镑 "
    "ポンド 파운드",
    "GBX": "pence penny",
    "JPY": "yen japanese_yen yens yenes ienes iene 円 日元 日圆 엔",
    "KRW": "won korean_won south_korean_won wons wones 원 韩元 韓元 ウォン",
    "CNY": "yuan chinese_yuan renminbi 人民币 人民幣 위안 元人民币",
    "元": "元 圆",
    "HKD": "港元 港币 港幣 香港ドル 홍콩달러 홍콩_달러 hong_kong_dollars hong_kong_dollar hongkong-dollar "
    "dollars_de_hong_kong dólares_de_hong_kong dollari_di_hong_kong",
    "CHF": "francs franken francos franchi swiss_francs schweizer_franken francs_suisses "
    "francos_suizos franchi_svizzeri francos_suíços 瑞郎 スイスフラン",
    "INR": "rupees indian_rupees indische_rupien rupien roupies rupias rupie 卢比 盧比 ルピー 루피",
    "BRL": "reais reales brazilian_reais brazilian_real brasilianische_real 雷亚尔 レアル 헤알",
    "ZAR": "rand rands south_african_rand 兰特 ランド 랜드",
    "TWD": "台湾ドル 台湾元 대만_달러 대만달러 新台币 新台幣 台币 台幣 taiwan_dollars taiwan_dollar "
    "taiwan-dollar "
    "dollars_taïwanais dólares_taiwaneses dollari_taiwanesi",
    "SGD": "singapore_dollars singapore_dollar singapur-dollar dollars_de_singapour dólares_de_singapur "
    "dólares_de_singapura dólares_de_cingapura dollari_di_singapore シンガポールドル 新加坡元 싱가포르_달러",
    "NZD": "new_zealand_dollars new_zealand_dollar neuseeland-dollar",
    "TRY": "turkish_lira turkish_liras türkische_lira lires_turques liras_turcas lire_turche lira "
    "liras lires "
    "トルコリラ リラ 土耳其里拉 里拉 리라",
    "PLN": "zloty zlotys polish_zloty polish_zlotys polnische_zloty złoty złotys zlotych złotych "
    "eslotis ズウォティ 兹罗提 즈워티",
    "ILS": "shekels shekel israeli_shekels schekel séquels 谢克尔 シェケル 셰켈",
    "THB": "baht bahts thai_baht バーツ 泰铢 바트",
    "IDR": "rupiah rupiahs indonesian_rupiah ルピア 印尼盾 루피아",
    "RUB": "roubles rouble russian_roubles russian_rubles rubles ruble rubel rublos rubli 卢布 ルーブル 루블",
    "HUF": "forint forints フォリント 福林",
    "MXN": "mexican_pesos mexican_peso mexikanische_pesos pesos_mexicains pesos_mexicanos pesos_messicani",
    "peso": "pesos peso 比索 ペソ 페소",
    "SEK": "swedish_kronor swedish_krona schwedische_kronen couronnes_suédoises coronas_suecas coroas_suecas "
    "corone_svedesi スウェーデンクローナ 瑞典克朗 스웨덴_크로나",
    "NOK": "norwegian_kroner norwegian_krone norwegische_kronen couronnes_norvégiennes coronas_noruegas "
    "coroas_norueguesas corone_norvegesi ノルウェークローネ 挪威克朗 노르웨이_크로네",
    "DKK": "danish_kroner danish_krone dänische_kronen couronnes_danoises coronas_danesas "
    "coroas_dinamarquesas corone_danesi デンマーククローネ 丹麦克朗 덴마크_크로네",
    "CAD": "canadian_dollars canadian_dollar kanadische_dollar dollars_canadiens dólares_canadienses "
    "dólares_canadenses dollari_canadesi カナダドル 加元 캐나다_달러",
    "AUD": "australian_dollars australische_dollar dollars_australiens dólares_australianos "
    "dollari_australiani 豪ドル 澳元 호주_달러",
    "kr": "kronor kroner krona krone kronen couronnes coronas coroas corone クローネ クローナ 克朗 "
    "크로네 크로나",
}
CURRENCY_WORDS: Final[Mapping[str, str]] = {
    word: currency for currency, words in _CURRENCY_NAMES.items() for word in words.split()
}
AMBIGUOUS: Final[Mapping[str, frozenset[str]]] = {
    "$": frozenset({"USD", "CAD", "AUD", "HKD", "TWD", "SGD", "MXN", "NZD"}),
    "¥": frozenset({"JPY", "CNY", "CNH"}),
    "元": frozenset({"CNY", "CNH", "HKD", "TWD", "USD"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "peso": frozenset({"MXN", "ARS", "CLP", "PHP"}),
    "GBP": frozenset({"GBP", "GBp", "GBX"}),
    "GBX": frozenset({"GBP", "GBp", "GBX"}),
}
"""The currencies that a sign may mean."""


def one_of(words: Iterable[str]) -> str:
    """Returns a pattern for one of some words, the longest first."""
    groups: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        groups.setdefault(word[0], []).append(re.escape(word).replace("_", r"[\s\u00a0\u202f-]"))
    # The first character is looked at before each word is tried, and only words that begin with it are.
    beginnings = re.escape("".join(sorted(groups)))
    alternatives = "|".join(f"(?:{'|'.join(group)})" for group in groups.values())
    return rf"(?=[{beginnings}])(?:{alternatives})"
