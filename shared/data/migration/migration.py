"""The type of a migration, and the services that it works with."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from shared.config.settings import Settings
from shared.data.mongo import Database
from shared.data.repositories import Repositories
from shared.data.schema.manager import SchemaManager, SchemaReport

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Work:
    """The services of a migration.

    Attributes:
        database: The database.
        schema: Applies the declared schema.
        repositories: The repositories; a migration uses their blocking methods.
        settings: The configuration.
        tick: Renews the lock; a migration calls it every few seconds.
    """

    database: Database
    schema: SchemaManager
    repositories: Repositories
    settings: Settings
    tick: Callable[[], None]


@dataclass(frozen=True)
class Migration:
    """One numbered step. ``up`` can be repeated after an interruption.

    Attributes:
        name: Number and name (``0001_collections``); the order of the names is the order of the steps.
        up: Runs the step and returns the changes.
        checksum: Checksum of code and data; a finished migration is never edited.
    """

    name: str
    up: Callable[[Work], SchemaReport]
    checksum: str


def migration_of(module: ModuleType) -> Migration:
    """Returns the migration of a module ``mNNNN_name``."""
    name = module.__name__.rpartition(".")[2].removeprefix("m")
    files = [Path(str(module.__file__)), *(_FOLDER / data for data in getattr(module, "DATA", ()))]
    digest = hashlib.sha256()
    for file in files:
        # Whatever line ends the checkout has.
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return Migration(name, module.up, digest.hexdigest())
