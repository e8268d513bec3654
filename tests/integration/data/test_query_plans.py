"""The plans of a real MongoDB server: no query of the repositories scans a collection."""

import json
import os
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.data.schema import SchemaManager, all_collections
from tests.integration.data.test_queries import use_everything
from tests.support.mongo import HandClock


class FilterRecorder(CommandListener):
    """Notes the filter and sort of every command that looks for documents, with their values."""

    def __init__(self) -> None:
        self.filters: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = []

    def started(self, event: CommandStartedEvent) -> None:
        command = event.command
        name = str(command.get(event.command_name, ""))
        match event.command_name:
            case "find":
                self.filters.append((name, command["filter"], command.get("sort", {})))
            case "update" | "delete":
                items = command["updates" if event.command_name == "update" else "deletes"]
                self.filters += [(name, item["q"], {}) for item in items]
            case "findAndModify":
                self.filters.append((name, command["query"], command.get("sort", {})))
            case "aggregate":
                matches = [stage["$match"] for stage in command["pipeline"] if "$match" in stage]
                self.filters.append((name, matches[0] if matches else {}, {}))

    def succeeded(self, event: CommandSucceededEvent) -> None:  # noqa: ARG002
        return

    def failed(self, event: CommandFailedEvent) -> None:  # noqa: ARG002
        return


@pytest.mark.real_mongo
@pytest.mark.skipif("MONGODB_TEST_URI" not in os.environ, reason="MONGODB_TEST_URI names no MongoDB server")
async def test_no_query_scans_a_collection() -> None:
    recorder = FilterRecorder()
    uri = os.environ["MONGODB_TEST_URI"]
    client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True, event_listeners=[recorder])
    name = f"test_{uuid.uuid4().hex[:12]}"
    mongo = Mongo(client, name)
    repositories = Repositories(mongo, HandClock())
    try:
        forms = SchemaManager(client[name], all_collections()).apply().forms
        repositories.migrations.note_forms(client[name]["schema_migrations"], forms)
        recorder.filters.clear()
        await use_everything(repositories)
        scans = []
        for collection, query, sort in list(recorder.filters):
            find = {"find": collection, "filter": query, **({"sort": sort} if sort else {})}
            plan = client[name].command("explain", find, verbosity="queryPlanner")
            # As a whole: the plan of a time series is inside a stage of its view.
            if "COLLSCAN" in json.dumps(plan, default=str):
                scans.append((collection, query, sort))
        assert recorder.filters
        assert scans == []
    finally:
        client.drop_database(name)
        await mongo.aclose()
