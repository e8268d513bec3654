"""The first minute of a new user: the interpreter, the documented commands, and faults of the data folder."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.durations import Stopwatch
from tests.support.host import REPOSITORY, HostProcess, environment, running_host

SCRIPT = REPOSITORY / "infra/local/environment.sh"
WITHOUT_PIP = "without-pip"
FAKE_PYTHON = """#!/bin/sh
case "$*" in
  *find_spec*) [ -e "${{0%/bin/python}}/without-pip" ] || echo {version} ;;
  *version_info*) echo {version} ;;
  *ensurepip*) exit {without_venv} ;;
  "-m venv "*)
    [ ! -e "${{3%/*}}/full" ] || exit 1
    echo "{name} $*" >> "$CALLS"; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  *pip*) echo "pip of {version}" >> "$CALLS" ;;
esac
"""


class Machine:
    """A PATH of its own with interpreters that only say what they are asked."""

    def __init__(self, folder: Path) -> None:
        self._bin = folder / "bin"
        self._bin.mkdir(parents=True)
        self._calls = folder / "calls"
        self.venv = folder / "venv"
        for tool in ("sh", "mkdir", "cp", "rm", "basename", "touch"):
            (self._bin / tool).symlink_to(Path("/bin") / tool)
        for file in ("requirements-local.txt", "requirements-dev.txt"):
            (folder / file).write_text("")
        self._folder = folder

    def interpreter(self, name: str, version: str, *, broken: bool = False, venv: bool = True) -> None:
        text = FAKE_PYTHON.format(version=version, name=name, without_venv=0 if venv else 1)
        path = self._bin / name
        path.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n" if broken else text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def prepare(self, python: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(SCRIPT), str(self.venv), "requirements-local.txt", *([python] if python else [])],
            cwd=self._folder,
            env={"PATH": str(self._bin), "CALLS": str(self._calls)},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        return self._calls.read_text().splitlines() if self._calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_first_working_interpreter_is_used(machine: Machine) -> None:
    machine.interpreter("python3.13", "3.13", broken=True)
    machine.interpreter("python3.12", "3.12", venv=False)
    machine.interpreter("python3.11", "3.11")
    machine.interpreter("python3", "3.9")
    prepared = machine.prepare()
    assert prepared.returncode == 0, prepared.stderr
    assert machine.calls() == [f"python3.11 -m venv {machine.venv}", "pip of 3.11"]
    assert re.fullmatch(
        r"Installing requirements-local.txt into .* one to three minutes.*\n", prepared.stdout
    )
    assert prepared.stderr == ""


def test_nothing_is_said_or_done_the_second_time(machine: Machine) -> None:
    machine.interpreter("python3.12", "3.12")
    machine.prepare()
    again = machine.prepare()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len(machine.calls()) == 2


def test_environment_of_another_version_is_made_anew(machine: Machine) -> None:
    machine.interpreter("python3.11", "3.11")
    machine.prepare()
    (machine.venv / "from-3.11").write_text("")
    machine.interpreter("python3.13", "3.13")
    prepared = machine.prepare()
    assert f"{machine.venv} belongs to Python 3.11: replacing it\n" in prepared.stdout
    assert not (machine.venv / "from-3.11").exists()
    assert machine.calls()[-1] == "pip of 3.13"


def test_environment_whose_creation_was_interrupted_is_made_anew(machine: Machine) -> None:
    """The interpreter is there before pip is: without pip nothing could ever be installed into it."""
    machine.interpreter("python3.12", "3.12")
    machine.prepare()
    (machine.venv / WITHOUT_PIP).write_text("")
    prepared = machine.prepare()
    assert f"{machine.venv} is incomplete: replacing it\n" in prepared.stdout
    assert (prepared.returncode, machine.calls()[-1]) == (0, "pip of 3.12")


def test_installation_is_announced_before_the_first_slow_step(machine: Machine) -> None:
    machine.interpreter("python3.12", "3.12")
    (machine.venv.parent / "full").write_text("")
    failed = machine.prepare()
    assert failed.returncode == 1
    assert failed.stdout.startswith("Installing requirements-local.txt into ")


def test_environment_that_is_a_link_is_replaced_and_its_target_kept(machine: Machine, tmp_path: Path) -> None:
    machine.interpreter("python3.12", "3.12")
    target = tmp_path / "target"
    target.mkdir()
    machine.venv.symlink_to(target)
    assert machine.prepare().returncode == 0
    assert target.is_dir()
    assert not machine.venv.is_symlink()


@pytest.mark.parametrize(
    ("names", "given", "message"),
    [
        (
            ("python3",),
            "",
            "Python 3.9 (python3) is not supported: install Python 3.13, 3.12 or 3.11, or name one",
        ),
        (("python3.14",), "python3.14", "Python 3.9 (python3.14) is not supported"),
        ((), "", "python3 cannot be run: install Python 3.13, 3.12 or 3.11"),
        ((), "/nowhere/python", "/nowhere/python cannot be run"),
    ],
)
def test_unsupported_interpreter_is_one_line_and_installs_nothing(
    machine: Machine, names: tuple[str, ...], given: str, message: str
) -> None:
    for name in names:
        machine.interpreter(name, "3.9")
    refused = machine.prepare(given)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(message)
    assert refused.stderr.count("\n") == 1
    assert machine.calls() == []
    assert not machine.venv.exists()


def test_interpreter_without_venv_is_one_line(machine: Machine) -> None:
    machine.interpreter("python3.12", "3.12", venv=False)
    refused = machine.prepare("python3.12")
    assert refused.returncode == 2
    assert refused.stderr.startswith(
        "python3.12 has no module venv: install it (on Debian: apt install python3.12-venv)"
    )


def documented_commands() -> list[list[str]]:
    """The ``python -m`` parts of the commands for PowerShell, as arguments of an interpreter."""
    text = (REPOSITORY / "docs/local-development.md").read_text("utf-8")
    blocks = re.findall(r"```powershell\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    parts = [re.fullmatch(r"(?:py -3\.1[123]|\.venv\\Scripts\\python) (-m .*)", line) for line in lines]
    assert all(parts), lines
    return [part[1].split() for part in parts if part]


def test_commands_for_powershell_are_the_documented_ones() -> None:
    modules = [command[1] for command in documented_commands()]
    assert modules == ["venv", "pip", "infra.local", "pip", "pytest"]


@pytest.mark.parametrize("command", documented_commands(), ids=lambda command: " ".join(command[1:3]))
def test_commands_for_powershell_run_on_linux(command: list[str], tmp_path: Path) -> None:
    module, *arguments = command[1:]
    if module == "venv":
        arguments = ["--without-pip", str(tmp_path / arguments[0])]
    if module == "pip":
        # Without the internet: the files are read, and what they name is there.
        arguments = [*arguments, "--dry-run", "--no-index", "--quiet"]
    if module == "infra.local":
        host = HostProcess(tmp_path, arguments=tuple("0" if part == "7071" else part for part in arguments))
        assert httpx.get(f"{host.base_url()}/api/health", timeout=60).status_code == 200
        assert host.stop().code == 0
        return
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **environment(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_host(tmp_path_factory.mktemp("running")) as base_url:
        yield base_url


def test_root_leads_to_the_console(running: str) -> None:
    answered = httpx.get(running, timeout=60)
    assert (answered.status_code, answered.headers["location"]) == (307, "/api/console")
    page = httpx.get(running, follow_redirects=True, timeout=60)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")


def data_folder_is_a_file(folder: Path) -> None:
    folder.write_text("mine")


def database_is_damaged_in_the_middle(folder: Path) -> None:
    with running_host(folder.parent, {"LOCAL_DATA_DIR": str(folder)}) as base_url:
        httpx.put(
            f"{base_url}/api/users/alice/preferences", json={"watchlist": ["AAPL"]}, timeout=60
        ).raise_for_status()
    content = bytearray((folder / "mongo.db").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = b"\xa5" * 4096
    (folder / "mongo.db").write_bytes(content)


def database_is_no_database(folder: Path) -> None:
    folder.mkdir()
    (folder / "mongo.db").write_bytes(b"text" * 1000)


def database_is_a_folder(folder: Path) -> None:
    (folder / "mongo.db").mkdir(parents=True)


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (data_folder_is_a_file, "is not a folder"),
        (database_is_damaged_in_the_middle, "mongo.db is damaged"),
        (database_is_no_database, "mongo.db is damaged"),
        (database_is_a_folder, "mongo.db cannot be used"),
    ],
)
def test_data_folder_that_cannot_be_used_ends_the_start_with_one_line(
    tmp_path: Path, break_it: Callable[[Path], None], message: str
) -> None:
    folder = tmp_path / "data"
    break_it(folder)
    with Stopwatch() as watch:
        ended = HostProcess(tmp_path / "out", {"LOCAL_DATA_DIR": str(folder)}).wait()
    assert ended.code == 2
    (line,) = ended.output.splitlines()
    assert line.startswith("The app cannot start: ")
    assert message in line
    assert str(folder) in line
    assert watch.seconds < 30


def test_data_folder_that_cannot_be_created_ends_the_start_with_one_line(tmp_path: Path) -> None:
    ended = HostProcess(tmp_path, {"LOCAL_DATA_DIR": "/proc/data"}).wait()
    assert ended.code == 2
    (line,) = ended.output.splitlines()
    assert line.startswith("The app cannot start: /proc/data cannot be created")
