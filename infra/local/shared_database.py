"""The SQLite file of the embedded database and the embedded queues: opened once, used by both."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from pymongo.errors import ConnectionFailure, OperationFailure

from infra.local.database_file import in_use, open_database
from shared.errors import ConfigurationError


class DatabaseFile:
    """The SQLite file: one connection and one lock, used by one process at a time."""

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self.touched: list[Callable[[], None]] = []
        self.connection = open_database(path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits writes together when the outermost transaction ends, also by an exception.

        A failed operation has been undone by then (:meth:`EmbeddedCollectionStore.writing`). A bulk write
        keeps the operations before the failure, as a server does.
        """
        with self.lock:
            if self._depth == 0:
                self._sql("begin immediate")
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._commit()

    def write(self, statement: str, *values: object) -> None:
        """Executes a statement of the current transaction."""
        self._sql(statement, *values)

    def _commit(self) -> None:
        try:
            self._sql("commit")
        except OperationFailure:
            self.connection.rollback()
            for restore in self.touched:
                restore()
            raise
        finally:
            self.touched.clear()

    def _sql(self, statement: str, *values: object) -> None:
        try:
            self.connection.execute(statement, values)
        except sqlite3.Error as error:
            raise OperationFailure(f"the local database file cannot be written: {error}", 14031) from error

    def read(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Returns the rows of a query.

        Raises:
            ConnectionFailure: The file cannot be read.
        """
        try:
            return self.connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise ConnectionFailure(f"the local database file cannot be read: {error}") from error


class SharedDatabase:
    """Opens the file for its first user, and closes it after the last one.

    One connection holds the file. The documents are in memory too, so that only one client may have them.
    """

    _all: ClassVar[dict[Path, "SharedDatabase"]] = {}
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: DatabaseFile | None = None
        self._users = 0
        self._documents_in_use = False

    @classmethod
    def at(cls, path: Path) -> "SharedDatabase":
        """Returns the database of a file, the same for all users of this process."""
        with cls._guard:
            return cls._all.setdefault(path.absolute(), cls(path))

    def acquire(self, *, documents: bool = False) -> DatabaseFile:
        """Returns the open file.

        Args:
            documents: Whether the user reads and writes documents.

        Raises:
            ConfigurationError: The file cannot be used, or another client of this process has its documents.
        """
        with self._lock:
            if documents and self._documents_in_use:
                raise ConfigurationError(in_use(self._path))
            if self._file is None:
                self._file = DatabaseFile(self._path)
            self._users += 1
            self._documents_in_use = self._documents_in_use or documents
            return self._file

    def release(self, *, documents: bool = False) -> None:
        """Ends a use; after the last one the file is closed, so that another process can open it."""
        with self._lock:
            self._users -= 1
            if documents:
                self._documents_in_use = False
            if self._users == 0 and self._file is not None:
                with self._file.lock:
                    self._file.connection.close()
                self._file = None
