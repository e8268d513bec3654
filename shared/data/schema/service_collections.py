"""Collections of the service itself: runs of jobs, spent budgets, migrations."""

from shared.data.schema.declaration import Collection
from shared.data.schema.field_schemas import (
    date,
    document,
    nullable,
    one_of,
    record,
    text,
)

JOB_RUNS = Collection(
    "job_runs",
    document(
        text(64),
        {"started_at": date, "finished_at": date, "summary": {"bsonType": "object"}},
    ),
)

BUDGETS = Collection(
    "budgets",
    document(
        text(64),
        {"since": {"bsonType": ["int", "long"]}, "counters": {"bsonType": "object"}, "updated_at": date},
    ),
)

SCHEMA_MIGRATIONS = Collection(
    "schema_migrations",
    document(
        text(200),
        {
            "checksum": text(64),
            "status": one_of(["running", "done"]),
            "started_at": date,
            "finished_at": nullable(date),
            "lock": nullable(record({"token": text(64), "until": date})),
            "forms": {"bsonType": "object"},
        },
        required=[],
    ),
)
