"""Runs migrations in a process of its own: ``migration_worker URI DATABASE [--stop-in-the-middle]``.

With the option it says ``half`` in the middle of a migration and waits there, to be killed or let go on.
"""

import asyncio
import json
import sys
from typing import Any

from pymongo import MongoClient

from shared.data.migration.migration import Migration, Work
from shared.data.migration.runner import MigrationRunner, all_migrations
from shared.data.mongo import Mongo
from shared.data.schema import SchemaReport
from shared.runtime.clock import utc_now
from tests.support.mongo import local_settings


def halting() -> Migration:
    """A migration of two halves, with a halt between them."""

    def up(work: Work) -> SchemaReport:
        things = work.database["things"]
        things.update_one({"_id": 1}, {"$setOnInsert": {"half": 1}}, upsert=True)
        if "--stop-in-the-middle" in sys.argv:
            sys.stdout.write("half\n")
            sys.stdout.flush()
            sys.stdin.readline()
        work.tick()
        things.update_one({"_id": 2}, {"$setOnInsert": {"half": 2}}, upsert=True)
        return SchemaReport(changes=["two halves"])

    return Migration("0009_halves", up, "halves")


async def main(uri: str, name: str) -> None:
    """Runs them, and prints the report."""
    client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True)
    mongo = Mongo(client, name)
    runner = MigrationRunner(
        mongo, local_settings(), utc_now, migrations=[*all_migrations(), halting()], lock_seconds=20
    )
    report = await runner.run()
    await mongo.aclose()
    sys.stdout.write(json.dumps(report.as_json()) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
