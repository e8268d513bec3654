"""Opens the SQLite file of the embedded database, and says in one line why it cannot be used."""

import errno
import os
import sqlite3
from pathlib import Path
from typing import Final

from shared.errors import ConfigurationError

_TABLES: Final = """
create table if not exists collections (db text, name text, meta blob, primary key (db, name));
create table if not exists documents (db text, name text, id blob, body blob, unique (db, name, id));
create table if not exists messages (
    id integer primary key, queue text, body text, visible_at real, dequeue_count integer, in_flight integer
);
create index if not exists messages_by_queue on messages (queue, visible_at);
"""
_PROBE_BYTES: Final = 65_536
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_ANOTHER_FOLDER: Final = "Make the folder writable, or name another one (LOCAL_DATA_DIR)"
_PRIMARY_CODE: Final = 0xFF
"""SQLite's extended result codes carry the primary code in the lowest byte."""


def open_database(path: Path) -> sqlite3.Connection:
    """Opens the file for this process alone, creates its tables, and checks that it is sound and writable.

    Args:
        path: The file; its folder is created.

    Raises:
        ConfigurationError: It cannot be used; the message names the file and the remedy.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(_folder_refusal(path.parent, error)) from error
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        _prepare(connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # The second: SQLite's message repeats damaged bytes, which are no text.
        if connection is not None:
            connection.close()
        raise ConfigurationError(_file_refusal(path, error)) from error
    return connection


def damaged(path: Path) -> str:
    """Returns the message for a damaged file."""
    return f"{path} is damaged. Restore it from a copy, or move it away to start with an empty database"


def in_use(path: Path) -> str:
    """Returns the message for a file that another process, or another client of this one, has open."""
    return (
        f"{path} is in use by another process. Stop that one, or give this one another folder"
        " (LOCAL_DATA_DIR), or a server (MONGODB_URI)"
    )


def _prepare(connection: sqlite3.Connection) -> None:
    # Held until the process ends, however it ends.
    connection.execute("pragma locking_mode = exclusive")
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.executescript(_TABLES)
    ((verdict,),) = connection.execute("pragma quick_check(1)").fetchall()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    # A full disk shows only when something is written.
    connection.execute("insert into documents values ('', 'probe', x'', zeroblob(?))", (_PROBE_BYTES,))
    connection.execute("delete from documents where db = ''")


def _folder_refusal(folder: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return _full(folder)
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"LOCAL_DATA_DIR: {folder} is not a folder. Name a folder, or remove the file of that name"
    return f"{folder} cannot be created ({error.strerror}). {_ANOTHER_FOLDER}"


def _file_refusal(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> str:
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & _PRIMARY_CODE:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return in_use(path)
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return _read_only(path)
    # SQLite reports a read-only place by several codes, a failed lock among them.
    if not all(os.access(place, os.W_OK) for place in (path.parent, path) if place.exists()):
        return _read_only(path)
    return f"{path} cannot be used ({error}). Check the disk, or name another folder (LOCAL_DATA_DIR)"


def _read_only(path: Path) -> str:
    return f"{path} cannot be written (read-only, or no permission). {_ANOTHER_FOLDER}"


def _full(path: Path) -> str:
    return f"{path}: the disk is full. Free some space, or name a folder on another disk (LOCAL_DATA_DIR)"
