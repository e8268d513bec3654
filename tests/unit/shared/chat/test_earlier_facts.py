"""Facts that tools found for earlier answers can be cited in later ones."""

from dataclasses import replace

from shared.chat.earlier_facts import MAX_FACTS, fact_document, facts_to_keep, numbered_after, stored_fact
from shared.chat.query import ChatQuery
from shared.domain.caller import Owner
from shared.domain.facts import Fact
from shared.llm.base_model_client import Finished, TextDelta, ToolCall, Usage
from tests.support.agent_fakes import END, FakeConversations, FakeModels, fake_agent


def fact(number: int, close: float, **data: object) -> Fact:
    values = {"date": "2026-01-02", "close": close, "currency": "USD", **data}
    return Fact(number, "price_on", "AAPL", f"close {close}", values, "yahoo", "2026-01-02T21:00:00Z", False)


def test_stored_fact_is_the_same() -> None:
    one = fact(3, 250.5, nested={"a.b": [1, None], "$set": 2})
    assert stored_fact(fact_document(one)) == one


def test_repeated_and_huge_facts_are_not_kept_and_the_newest_stay() -> None:
    assert facts_to_keep([fact(1, 1.0)], [fact(7, 1.0), fact(8, 2.0)]) == (fact(1, 1.0), fact(8, 2.0))
    assert facts_to_keep([], [fact(1, 1.0, candles=["x" * 1_000] * 40)]) == ()
    kept = facts_to_keep([], [fact(number, float(number)) for number in range(MAX_FACTS + 5)])
    assert [one.id for one in kept] == list(range(5, MAX_FACTS + 5))


def test_numbers_follow_those_of_the_present_facts() -> None:
    present = [fact(1, 1.0), fact(4, 2.0)]
    earlier = [fact(1, 3.0), fact(2, 2.0), fact(3, 4.0)]
    assert numbered_after(present, earlier) == [replace(earlier[0], id=5), replace(earlier[2], id=6)]
    assert numbered_after([], earlier)[0].id == 1


async def test_fact_of_a_tool_is_cited_and_checked_in_the_next_answer() -> None:
    call = ToolCall("c1", "get_price_on", '{"symbol": "AAPL", "day": "2026-11-20"}')
    wants = Finished("tool_calls", Usage(10, 5), "gpt-test", tool_calls=(call,))
    conversations = FakeConversations()
    models = FakeModels([[wants], [TextDelta("It closed at $299.00 [6]."), END]])
    query = ChatQuery("Apple?", Owner("alice"), conversation_id="11111111-1111-4111-8111-111111111111")
    first = await fake_agent(models, conversations).process_query(query)
    (found,) = [source for source in first["sources"] if source["kind"] == "price_on"]
    kept = stored_fact(conversations.facts[0])
    close = kept.data["close"]

    later = FakeModels([[TextDelta(f"As said, Apple closed at ${close:.2f}."), END]])
    answer = await fake_agent(later, conversations).process_query(replace(query, message="And before, AAPL?"))
    cited = [source for source in answer["sources"] if source["kind"] == "price_on"]
    assert [source["symbol"] for source in cited] == [found["symbol"]]
    (mark,) = answer["figures"]["marks"]
    assert (mark["verdict"], answer["figures"]["supported"]) == ("supported", 1)
    assert "price_on of AAPL" in later.requests[0].messages[0].content
