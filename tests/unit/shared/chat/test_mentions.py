"""Instruments that one question mentions, with their places."""

import pytest

from shared.chat import listed_mentions
from shared.chat.listed_mentions import PendingMention, are_listed
from shared.chat.mention_record import word_index
from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue


def read(message: str) -> QuestionReader:
    return QuestionReader(message, symbol_catalogue())


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Apple and MSFT", [("AAPL", "Apple", True), ("MSFT", "MSFT", False)]),
        ("is $brk.b cheap?", [("BRK-B", "$brk.b", False)]),
        ("ＡＡＰＬ", [("AAPL", "AAPL", False)]),
        ("Wer isst gern Apple pie?", []),
        ("Does the Apple Watch sell?", [("AAPL", "Apple Watch", True)]),
        ("iPhone sales", [("AAPL", "iPhone", False)]),
        ("How do I reset my iPhone?", []),
        ("Did Warren Buffett buy AAPL?", [("AAPL", "AAPL", False)]),
        ("merk vs pfizer", [("MRK", "merk", True), ("PFE", "pfizer", True)]),
        ("pfizer, merk and lilly", [("PFE", "pfizer", True), ("MRK", "merk", True), ("LLY", "lilly", True)]),
        ("ich merk mir pfizer", [("PFE", "pfizer", True)]),
        ("san vs bnp", [("SAN.MC", "san", False), ("BNP.PA", "bnp", True)]),
        ("SAN vs NOVN", [("SAN.PA", "SAN", False), ("NOVN.SW", "NOVN", False)]),
        ("homes in san francisco", []),
        ("SAN FRANCISCO homes", []),
        ("bp.l or NYSE: T", [("BP.L", "bp.l", False), ("T", "T", False)]),
        ("cl=f today", [("CL=F", "cl=f", False)]),
        ("I earn $80k or $5M", []),
        ("is BRK a buy", [("BRK-B", "BRK", True)]),
        ("Compare BP p.l.c. with Nvidia", [("BP.L", "BP", True), ("NVDA", "Nvidia", True)]),
        ("GEベルノバ", []),
        ("fees: (V), (MA)", [("V", "V", False), ("MA", "MA", False)]),
        ("start-ups and gap-ups", []),
        ("Wie läuft Öl?", [("CL=F", "Öl", True)]),
        ("V vs the market", [("V", "V", False)]),
        ("F vs T", [("F", "F", False), ("T", "T", False)]),
        ("vitamin C vs T", []),
        ("why is C below book", [("C", "C", False)]),
        ("f and t are both cheap", [("F", "f", False), ("T", "t", False)]),
        ("compare v ma axp", [("V", "v", False), ("MA", "ma", False), ("AXP", "axp", False)]),
        ("bac and c tangible book", [("BAC", "bac", False), ("C", "c", False)]),
        ("ms and ma degrees", []),
        (
            "shell, bp and total: why",
            [("SHEL.L", "shell", True), ("BP.L", "bp", True), ("TTE.PA", "total", True)],
        ),
        ("shell total bp", [("SHEL.L", "shell", True), ("TTE.PA", "total", True), ("BP.L", "bp", True)]),
        ("il prezzo dell'azione", []),
        ("cours de l'or", [("GC=F", "l'or", False)]),
        ("bp.l or shel.l", [("BP.L", "bp.l", False), ("SHEL.L", "shel.l", False)]),
        ("1. apple 2. visa", [("AAPL", "apple", True), ("V", "visa", True)]),
        ("heating oil", []),
        ("NVDAs margin", [("NVDA", "NVDAs", True)]),
        ("BTCUSDT and US500", [("BTC-USD", "BTCUSDT", False), ("^GSPC", "US500", True)]),
        ("shell total debt", [("SHEL.L", "shell", True)]),
        ("l'action total est-elle chère", [("TTE.PA", "total", True)]),
        ("le dividende total est-il sûr", []),
        ("apple and total return", [("AAPL", "apple", True)]),
        ("how is cable reacting to the BoE", [("GBPUSD=X", "cable", True)]),
        ("cable today", [("GBPUSD=X", "cable", True)]),
        ("cable tv", []),
        ("azure vs aws", [("MSFT", "azure", False), ("AMZN", "aws", True)]),
        ("sony vs xbox", [("6758.T", "sony", True), ("MSFT", "xbox", False)]),
        ("playstation vs xbox", []),
        ("nee danke", []),
        ("target walmart", [("WMT", "walmart", True)]),
        ("vale, gracias", []),
        ("uber die rendite", []),
        ("und jetzt uber", [("UBER", "uber", True)]),
        ("cable bill today", []),
        ("how much revenue does Azure bring in", [("MSFT", "Azure", False)]),
        ("an apple a day", []),
        ("top 5 du CAC", []),
        ("7203の株価", [("7203.T", "7203", False)]),
        ("ko pep mcd", [("KO", "ko", False), ("PEP", "pep", False), ("MCD", "mcd", False)]),
        ("compare NOW and CRM", [("NOW", "NOW", False), ("CRM", "CRM", False)]),
        ("gm ford", [("GM", "gm", True), ("F", "ford", True)]),
        ("shell or bp", [("SHEL.L", "shell", True), ("BP.L", "bp", True)]),
        ("visa v mastercard", [("V", "visa", True), ("MA", "mastercard", True)]),
        ("Sell AAPL NOW", [("AAPL", "AAPL", False)]),
        ("NOW earnings date", [("NOW", "NOW", False)]),
        ("google class c shares", [("GOOGL", "google", True)]),
        ("american expres", [("AXP", "american expres", True)]),
        (
            "jpm gs c bac",
            [("JPM", "jpm", False), ("GS", "gs", False), ("C", "c", False), ("BAC", "bac", False)],
        ),
        ("vitamin c for apple and intel", [("AAPL", "apple", True), ("INTC", "intel", True)]),
        ("loréal et lvmh", [("OR.PA", "loréal", True), ("MC.PA", "lvmh", True)]),
        ("breakeven oil price", []),
        ("visa will raise its dividend", [("V", "visa", True)]),
        ("your visa will expire", []),
        ("visa q4 volume", [("V", "visa", True)]),
        ("whats apples p/e", [("AAPL", "apples", True)]),
        ("where to buy apples", []),
        ("google without the c shares", [("GOOGL", "google", True)]),
        ("tell me about apple", [("AAPL", "apple", True)]),
        ("is NOW a good buy", [("NOW", "NOW", False)]),
        ("is NOW a good time", []),
        ("boa earnings", [("BAC", "boa", True)]),
        ("how is the pound against the dollar", [("GBPUSD=X", "pound against the dollar", False)]),
        ("elons car company", [("TSLA", "elons car company", False)]),
        ("micron hbm sold out", [("MU", "micron", True)]),
        ("qualcomm apple modem", [("QCOM", "qualcomm", True)]),
        ("qcom apple modem", [("QCOM", "qcom", False)]),
        ("qualcom apple modem", [("QCOM", "qualcom", True)]),
        ("bhp rio iron ore", [("BHP.AX", "bhp", True), ("RIO.L", "rio", True)]),
        ("pay pal turnaround", [("PYPL", "pay pal", True)]),
        ("our sales force grows", []),
        ("benz sales", [("MBG.DE", "benz", True)]),
        ("netflix adobe comparison", [("NFLX", "netflix", True), ("ADBE", "adobe", True)]),
        ("big blue dividend", [("IBM", "big blue", True)]),
        ("big blue chip stocks", []),
        ("youtube parent company", [("GOOGL", "youtube", False)]),
    ],
)
def test_mentions_have_their_place_and_kind(message: str, expected: list[tuple[str, str, bool]]) -> None:
    question = read(message)
    found = [(one.symbol, question.text[one.start : one.end], one.by_name) for one in question.mentions]
    assert found == expected


@pytest.mark.parametrize(
    ("message", "compares"),
    [
        ("Compare Apple with Microsoft", True),
        ("Is Apple better than Microsoft?", True),
        ("Vergleiche Apple und SAP", True),
        ("Ist sie günstiger als Siemens?", True),
        ("Est-elle plus chère que L'Oréal ?", True),
        ("ソニーと比較して", True),
        ("SK하이닉스와 비교해줘", True),
        ("Ist das KGV höher als 30?", False),
        ("Is Apple worth more than $200?", False),
        ("How is Apple?", False),
    ],
)
def test_comparisons_are_noticed(message: str, compares: bool) -> None:
    assert read(message).compares is compares


def test_names_of_further_companies_are_kept_for_a_search() -> None:
    assert read("uber or lyft").others == [(8, 12, "Lyft")]
    assert read("ホンダの株価").others == [(0, 3, "Honda Motor")]
    assert read("Square the circle").others == []
    assert read("Square stock").others == [(0, 6, "Block, Inc.")]


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("walmart target costco", ["TGT"]),
        ("deere or caterpillar", ["DE"]),
        ("price target of target stock", ["TGT"]),
        ("nvidia price target", []),
        ("nvidia target", []),
        ("walmart, target, costco", ["TGT"]),
        ("rivain deliveries", ["Rivian"]),
        ("e.l.f. Beauty", ["ELF"]),
        ("delta of an option", []),
        ("U.S. Steel", ["X"]),
        ("delta, united and american airlines", ["American Airlines", "UAL", "DAL"]),
        ("modernna cash runway", ["Moderna"]),
        ("the modernna of arts", []),
        ("nvidia price taget", []),
        ("united we stand", []),
        ("hilton marriott", ["MAR", "HLT"]),
        ("tesla rivian lucid nio", ["Rivian", "NIO", "Lucid Group"]),
    ],
)
def test_further_companies_among_ordinary_words(message: str, searched: list[str]) -> None:
    assert [name for *_, name in read(message).others] == searched


def test_places_of_words() -> None:
    question = read("How is Apple? Is it cheap?")
    assert [question.opens_sentence(index) for index in range(6)] == [True, False, False, True, False, False]
    assert word_index(question.words, question.text.index("Apple")) == 2
    assert question.is_taken(7, 8)
    assert not question.is_taken(0, 3)


def test_long_list_is_read_with_few_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[object] = []

    def counted(text: str, one: PendingMention, span: tuple[int, int], certain: int) -> bool:
        compared.append(one)
        return are_listed(text, one, span, certain)

    monkeypatch.setattr(listed_mentions, "are_listed", counted)
    question = read("cat and coin or spy vs now, " * 140)
    assert len(question.mentions) > 400
    assert len(compared) < 10 * len(question.mentions)


def test_characters_that_stand_for_many_do_not_lengthen_the_question() -> None:
    assert len(read("How is AAPL? " + "ﷺ" * 3_900).text) == 4_000


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("aal dal ual fuel costs", ["AAL", "DAL", "UAL"]),
        ("costco walmart target store sales", ["TGT"]),
        ("costco walmart target price", []),
        ("dal fuel", []),
        ("delta and united premium seats", ["DAL", "UAL"]),
    ],
)
def test_row_of_further_companies(message: str, searched: list[str]) -> None:
    assert [name for *_, name in read(message).others] == searched


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("delta united fuel costs", ["DAL", "UAL"]),
        ("target walmart grocery share", ["TGT"]),
        ("pfizer moderna covid revenue", ["Moderna"]),
        ("pfizer moderna kitchens", []),
        ("walmart target", []),
        ("united we stand", []),
    ],
)
def test_further_companies_side_by_side(text: str, searched: list[str]) -> None:
    assert sorted(name for *_, name in read(text).others) == searched


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("apples supply chain revenue", ["AAPL"]),
        ("apples are red fruit", []),
        ("are apples good sales items", []),
    ],
)
def test_genitive_that_opens_a_question_about_a_business(text: str, symbols: list[str]) -> None:
    assert [one.symbol for one in QuestionReader(text, symbol_catalogue()).mentions] == symbols
