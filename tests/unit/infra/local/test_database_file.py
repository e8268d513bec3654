"""A local database file that cannot be used is refused in one line that names the file and the remedy."""

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from infra.local.database_file import open_database
from infra.local.embedded_mongo import FILE_NAME, embedded_mongo
from shared.errors import ConfigurationError

UNPRIVILEGED = 65534
DISK = "disk-of-test-run-"


def refusal_of(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        open_database(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may write everywhere; for the block the process is unprivileged."""
    if os.geteuid() != 0:
        yield
        return
    # The real id too: it decides what os.access tells.
    os.setresuid(UNPRIVILEGED, UNPRIVILEGED, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user may look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_new_file_can_be_used(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "a" / "b" / FILE_NAME)
    assert connection.execute("select count(*) from documents").fetchall() == [(0,)]
    connection.close()


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    message = refusal_of(tmp_path / "data" / FILE_NAME)
    assert message.startswith(f"LOCAL_DATA_DIR: {tmp_path / 'data'} is not a folder.")
    assert refusal_of(tmp_path / "data" / "below" / FILE_NAME).endswith("remove the file of that name")


def test_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert str(tmp_path / FILE_NAME) in refusal_of(tmp_path / FILE_NAME)


def test_folder_that_cannot_be_created() -> None:
    with ordinary_user():
        message = refusal_of(Path("/proc/data") / FILE_NAME)
    assert message.startswith("/proc/data cannot be created")
    assert "LOCAL_DATA_DIR" in message


def test_read_only_folder_and_file(folder: Path) -> None:
    open_database(folder / FILE_NAME).close()
    (folder / FILE_NAME).chmod(0o444)
    folder.chmod(0o555)
    with ordinary_user():
        message = refusal_of(folder / FILE_NAME)
    folder.chmod(0o755)
    assert message.startswith(f"{folder / FILE_NAME} cannot be written (read-only")
    assert "Make the folder writable" in message


def test_full_disk_does_not_advise_to_move_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def on_a_small_disk(path: Path, **options: bool) -> sqlite3.Connection:
        connection = connect(path, **options)  # type: ignore[call-overload]
        connection.execute("pragma max_page_count = 10")
        assert isinstance(connection, sqlite3.Connection)
        return connection

    monkeypatch.setattr(sqlite3, "connect", on_a_small_disk)
    message = refusal_of(tmp_path / FILE_NAME)
    assert message == (
        f"{tmp_path / FILE_NAME}: the disk is full. Free some space, or name a folder on another disk"
        " (LOCAL_DATA_DIR)"
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 300 KB."""
    unmount_disks_of_killed_runs()
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", f"{DISK}{os.getpid()}", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small file system needs root")
    yield place
    unmount(place)


def unmount(place: Path) -> None:
    # Lazily: a file that is still open does not keep it.
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def unmount_disks_of_killed_runs() -> None:
    """Unmounts the disks of test runs whose process is gone: its number is in the name of the disk."""
    mounts = Path("/proc/self/mounts")
    for line in mounts.read_text("utf-8").splitlines() if mounts.exists() else ():
        name, place = line.split()[:2]
        if name.startswith(DISK) and not Path("/proc", name.removeprefix(DISK)).exists():
            unmount(Path(place))


def test_disk_that_is_really_full(small_disk: Path) -> None:
    database = embedded_mongo(str(small_disk / "data"))["app"]
    database["things"].insert_one({"_id": 1})
    database.client.close()
    with (small_disk / "rest").open("wb", buffering=0) as rest, suppress(OSError):
        while True:
            rest.write(b"x" * 512)
    assert "the disk is full" in refusal_of(small_disk / "data" / FILE_NAME)
    assert "the disk is full" in refusal_of(small_disk / "other" / FILE_NAME)


def filled(folder: Path) -> bytes:
    """A file with 200 documents; its bytes."""
    client = embedded_mongo(str(folder))
    client["app"]["things"].create_index("name", unique=True)
    client["app"]["things"].insert_many(
        [{"_id": n, "name": f"name {n}", "text": "x" * 500} for n in range(200)]
    )
    client.close()
    return (folder / FILE_NAME).read_bytes()


def test_damage_anywhere_is_refused_or_does_no_harm(tmp_path: Path) -> None:
    sound = filled(tmp_path)
    path = tmp_path / FILE_NAME
    messages: list[str] = []
    for offset in range(0, len(sound) - 512, len(sound) // 40):
        path.write_bytes(sound[:offset] + b"\xa5" * 512 + sound[offset + 512 :])
        client = embedded_mongo(str(tmp_path))
        try:
            documents = list(client["app"]["things"].find())
            assert len(documents) in {0, 200}
        except ConfigurationError as error:
            messages.append(str(error))
        finally:
            client.close()
    assert set(messages) == {
        f"{path} is damaged. Restore it from a copy, or move it away to start with an empty database"
    }
    assert len(messages) > 25


def test_truncated_file_is_refused(tmp_path: Path) -> None:
    sound = filled(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(sound[: len(sound) // 2])
    assert "is damaged" in refusal_of(tmp_path / FILE_NAME)


def test_damage_that_sqlite_itself_names_is_refused(tmp_path: Path) -> None:
    """SQLite's message then contains the damaged bytes, which are no text."""
    sound = filled(tmp_path)
    assert sound.count(b"CREATE TABLE collections") == 1
    (tmp_path / FILE_NAME).write_bytes(
        sound.replace(b"CREATE TABLE collections", b"CREATE \xa6ABLE collections")
    )
    assert "is damaged" in refusal_of(tmp_path / FILE_NAME)
