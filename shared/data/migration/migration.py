"""What a migration is, and what it is given to work with."""

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
    """What a migration works with.

    Attributes:
        database: The database.
        schema: Brings it to what is declared.
        repositories: Its repositories, whose blocking methods may be used.
        settings: The configuration.
        tick: To be called every few seconds: keeps the lock.
    """

    database: Database
    schema: SchemaManager
    repositories: Repositories
    settings: Settings
    tick: Callable[[], None]


@dataclass(frozen=True)
class Migration:
    """One numbered step. ``up`` may be run again after it died half-way.

    Attributes:
        name: Number and name (``0001_collections``); the order of the names is the order of the steps.
        up: Does it, and says what it changed.
        checksum: Of the code and data; one that ran is never edited.
    """

    name: str
    up: Callable[[Work], SchemaReport]
    checksum: str


def migration_of(module: ModuleType) -> Migration:
    """The migration that a module ``mNNNN_name`` holds."""
    name = module.__name__.rpartition(".")[2].removeprefix("m")
    files = [Path(str(module.__file__)), *(_FOLDER / data for data in getattr(module, "DATA", ()))]
    digest = hashlib.sha256()
    for file in files:
        # Whatever line ends the checkout has.
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return Migration(name, module.up, digest.hexdigest())
