"""First-person statements survive what is dropped of a conversation, in nine languages."""

from dataclasses import replace
from typing import Any

import pytest

from shared.chat.query import ChatQuery
from shared.chat.user_statements import MAX_LENGTH, MAX_STATEMENTS, statements_of, with_dropped
from shared.data.documents import Turn
from shared.domain.caller import Owner
from shared.llm.base_model_client import TextDelta
from tests.support.agent_fakes import END, FakeConversations, FakeModels, fake_agent
from tests.support.stock_data import NOW

STATEMENTS = (
    "I own 100 SAP, no tech please",
    "My horizon is ten years",
    "We don't buy tobacco",
    "I'm retired and live on dividends",
    "Please remember that I pay taxes in Austria",
    "i hold 20 msft since 2019",
    "Ich besitze 100 SAP, bitte keine Technologiewerte",
    "Mein Anlagehorizont sind zehn Jahre",
    "Wir kaufen keine Rüstungswerte",
    "Mir ist die Dividende wichtiger als das Wachstum",
    "Für mich kommen nur Euro-Werte in Frage",
    "Je possède 100 actions SAP, pas de technologie s'il vous plaît",
    "J'ai un horizon de dix ans",
    "Mon portefeuille est en euros",
    "Nous évitons le pétrole",
    "Moi, les petites capitalisations m'inquiètent",
    "Tengo 100 acciones de SAP, nada de tecnología",
    "Prefiero los dividendos al crecimiento",
    "Mi horizonte es de diez años",
    "No quiero invertir en bancos",
    "Compré Telefónica en 2020",
    "Possiedo 100 azioni SAP, niente tecnologia",
    "Il mio orizzonte è di dieci anni",
    "Preferisco i dividendi",
    "Ho comprato Enel nel 2020",
    "Tenho 100 ações da SAP, nada de tecnologia",
    "O meu horizonte é de dez anos",
    "Prefiro dividendos",
    "Não quero bancos",
    "Ik bezit 100 SAP, geen technologie",
    "Mijn horizon is tien jaar",
    "Wij beleggen niet in olie",
    "私はSAPを100株持っています。テクノロジーは避けてください",
    "配当を重視したいです",
    "投資期間は10年で、ドル建てを希望します",
    "トヨタを50株保有しています",
    "我持有100股SAP，不要科技股",
    "我的投资期限是十年",
    "我们不买烟草股",
    "本人只买有股息的股票",
)


def test_there_are_forty_in_nine_languages() -> None:
    assert len(STATEMENTS) == 40


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statement_is_recognised(statement: str) -> None:
    assert "".join(statements_of(statement)).replace("。", "") == statement.replace("。", "")


@pytest.mark.parametrize(
    "message",
    [
        "How is Apple doing?",
        "Compare MSFT and NVDA.",
        "Was kostet SAP?",
        "Quel est le cours de LVMH ?",
        "¿Cómo está Telefónica?",
        "苹果股价如何？",
        "トヨタの株価は？",
        "What should I buy?",
    ],
)
def test_question_is_no_statement(message: str) -> None:
    assert statements_of(message) == []


def test_wish_beside_a_statement_is_kept_and_the_question_is_not() -> None:
    message = "I own 100 SAP at 120.50 EUR. No tech, please! What about Apple?"
    assert statements_of(message) == ["I own 100 SAP at 120.50 EUR.", "No tech, please!"]


def test_statements_are_bounded_and_the_newest_are_kept() -> None:
    turns = [Turn("user", f"I own {number} SAP" + "x" * 400, NOW) for number in range(100)]
    kept = with_dropped(["I am first"], [*turns, Turn("assistant", "I am a model", NOW)])
    assert len(kept) == MAX_STATEMENTS
    assert kept[-1].startswith("I own 99 SAP")
    assert max(map(len, kept)) == MAX_LENGTH
    assert with_dropped(["I am first", "I am second"], [Turn("user", "I am first", NOW)]) == (
        "I am second",
        "I am first",
    )


async def test_all_of_them_survive_thirty_further_turns() -> None:
    conversations = FakeConversations()
    query = ChatQuery("", Owner("alice"), conversation_id="11111111-1111-4111-8111-111111111111")
    messages = [*STATEMENTS, *(f"How is Apple, number {number}?" for number in range(30))]
    rounds: list[list[Any]] = [[TextDelta("Fine."), END] for _ in messages]
    models = FakeModels(rounds)
    agent = fake_agent(models, conversations)
    for message in messages:
        await agent.process_query(replace(query, message=message))
    read = "\n".join(message.content for message in models.requests[-1].messages)
    missing = [statement for statement in STATEMENTS if statement.partition("。")[0] not in read]
    assert missing == []
