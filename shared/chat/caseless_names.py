"""Finds names in scripts without capitals by the words around them: Arabic, Hebrew, Thai, Hindi."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.symbols.name_text import word_set


@dataclass(frozen=True)
class Candidate:
    """Words that may name an instrument.

    Attributes:
        text: As written.
        start: Offset in the question.
        is_ticker: Whether they look like a ticker.
        is_clear: Whether they stand where an instrument stands, so that the answer says if it is unknown.
        name: The name under which the sources find it, if it is another one.
        is_exact: Whether only the instrument with that name is meant, and no other listing of the company.
        is_listed: Whether they are a ticker in lower case in a row of tickers.
    """

    text: str
    start: int
    is_ticker: bool
    is_clear: bool
    name: str = ""
    is_exact: bool = False
    is_listed: bool = False

    @property
    def query(self) -> str:
        """What is searched."""
        return self.name or self.text

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)


_NAME: Final = r"(?P<name>[^\s,.?!؟،।()\"]{2,20})"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # "the share of", "shares of", "the company"
        rf"(?:سهم|أسهم|اسهم|شركة)\s+(?:شركة\s+)?{_NAME}",
        rf"(?:מניית|מניות|(?:ה?מניה|ה?מניות) של|חברת)\s+{_NAME}",
        rf"(?:หุ้นของ|หุ้น|บริษัท)\s*{_NAME}",
        rf"{_NAME}\s+(?:(?:का|के|की)\s+)?(?:शेयर|स्टॉक)",
        # Katakana and Hangul before "share price" only: beside other words they are mostly no name.
        r"(?<![\u30a0-\u30ff\u3400-\u9fffA-Za-z0-9])(?P<name>[\u30a0-\u30ff]{3,20})の株価",
        r"(?:^|[\s,])(?P<name>[\uac00-\ud7af]{3,12}(?<!의))\s주가(?:[는가를와]|\s|$|\?)",
    )
)
_NOT_NAMES: Final = word_set(
    """
    جيد جيدة رخيص الشركات هذا هذه טובה זו זה אחת ที่ ตัว ไทย तक अच्छा अच्छे यह ये इस कौन सा से
    リート エネルギー メーカー グループ テック ハイテク バイオ エンタメ ゲーム インフラ グロース バリュー
    スタートアップ ベンチャー プライム マザーズ アメリカ ヨーロッパ インド ブラジル ロシア ドイツ フランス
    ディフェンシブ セクター ライバル サービス トップ アジア ベトナム メディア ソフトウェア ロボット ドローン
    クラウド データセンター アパレル ホテル レストラン スーパー コンビニ ドラッグストア
    반도체 자동차 배터리 바이오 우리나라 조선주 은행주 기업들 회사들 엔터주 방산주 원전주 로봇주 게임주 제약주
    화장품 건설주 항공주 이차전지 그래서 그러면 앞으로 관련주 테마주 대형주 중소형주 우량주 성장주 가치주
    """
)
"""Words at that place that name no company: good, this, which."""


def names_without_case(text: str) -> Iterator[Candidate]:
    """Yields the words beside "share of" or "company" in a script without capitals."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if match["name"] not in _NOT_NAMES and not match["name"].isascii():
                yield Candidate(match["name"], match.start("name"), is_ticker=False, is_clear=True)
