"""Gives conversations of earlier versions a title and a time of creation, by which they are listed."""

from shared.data.documents import title_of
from shared.data.migration.migration import Work
from shared.data.schema.manager import SchemaReport

_UNUSED = "owner_newest"


def up(work: Work) -> SchemaReport:
    """Titles what has no title, and drops the index that no query uses any more."""
    target = work.database["conversations"]
    count = 0
    fields = {"updated_at": 1, "turns": {"$slice": 2}}
    for document in target.find({"created_at": {"$exists": False}}, fields):
        work.tick()
        turns = document["turns"]
        question = next((turn["content"] for turn in turns if turn["role"] == "user"), None)
        created_at = turns[0]["timestamp"] if turns else document["updated_at"]
        change = {"created_at": created_at, "title": title_of(question) if question else None}
        target.update_one({"_id": document["_id"], "created_at": {"$exists": False}}, {"$set": change})
        count += 1
    changes = [f"title {count} conversations"] if count else []
    if _UNUSED in {item["name"] for item in target.list_indexes()}:
        target.drop_index(_UNUSED)
        changes.append(f"drop index conversations.{_UNUSED}")
    return SchemaReport(changes=changes)
