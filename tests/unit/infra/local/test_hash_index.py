"""Lookups of the embedded database: they find what a scan would find, and unique keys once."""

from infra.local.hash_index import HashIndex


def filled(*fields: str, unique: bool = False) -> HashIndex:
    index = HashIndex(fields, unique)
    index.put(1, {"owner": "ann", "day": 1, "tags": ["a", "b"]})
    index.put(2, {"owner": "ann", "day": 2})
    index.put(3, {"owner": "bob", "day": 1, "tags": []})
    return index


def test_documents_are_found_by_all_keys_or_the_first_one() -> None:
    index = filled("owner", "day")
    assert index.find({"owner": "ann", "day": 2}) == [2]
    assert index.find({"owner": "ann"}) == [1, 2]
    assert index.find({"owner": "eve"}) == []


def test_query_that_it_cannot_serve_is_none() -> None:
    index = filled("owner", "day")
    assert index.find({"day": 1}) is None
    assert index.find({"owner": {"$in": ["ann"]}}) is None


def test_element_of_a_list_and_absent_field_are_found() -> None:
    index = filled("tags")
    assert index.find({"tags": "b"}) == [1]
    assert index.find({"tags": "a"}) == [1]


def test_path_leads_through_embedded_documents_and_lists() -> None:
    index = HashIndex(["references.owner"], unique=False)
    index.put(1, {"references": [{"owner": "ann"}, {"owner": "bob"}]})
    index.put(2, {"references": []})
    assert index.find({"references.owner": "bob"}) == [1]


def test_changed_and_removed_documents_are_found_no_longer() -> None:
    index = filled("owner")
    index.put(1, {"owner": "bob"})
    index.remove(3)
    assert index.find({"owner": "ann"}) == [2]
    assert index.find({"owner": "bob"}) == [1]
    index.remove(3)


def test_unique_keys_are_taken_by_one_document() -> None:
    index = filled("owner", "day", unique=True)
    assert index.taken(9, {"owner": "ann", "day": 1})
    assert not index.taken(1, {"owner": "ann", "day": 1})
    assert not index.taken(9, {"owner": "ann", "day": 3})


def test_true_is_not_one() -> None:
    index = HashIndex(["flag"], unique=False)
    index.put(1, {"flag": True})
    index.put(2, {"flag": 1})
    assert index.find({"flag": 1}) == [2]
