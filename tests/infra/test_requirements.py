"""The pinned requirements are complete, hashed, and the same in every set."""

import re
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.support.host import REPOSITORY

SETS = ("requirements", "requirements-local", "requirements-dev", "requirements-smoke")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[\w,]+\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


def pins(file: str) -> set[tuple[str, str]]:
    """Returns normalised name and version of every pinned requirement of a file."""
    text = (REPOSITORY / file).read_text("utf-8")
    return {(re.sub(r"[-_.]+", "-", pin["name"]).lower(), pin["version"]) for pin in PIN.finditer(text)}


@pytest.mark.parametrize("name", SETS)
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    text = (REPOSITORY / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    unhashed = [entry for entry in entries if not PIN.match(entry) or "--hash=sha256:" not in entry]
    assert unhashed == []


@pytest.mark.parametrize("name", SETS)
def test_pinned_files_have_every_requirement_of_their_list(name: str) -> None:
    listed = pins(f"{name}.in")
    assert listed
    assert listed - pins(f"{name}.txt") == set(), "run make requirements"


def test_each_set_has_the_versions_of_the_one_before() -> None:
    for smaller, larger in pairwise(SETS[:3]):
        assert pins(f"{smaller}.txt") - pins(f"{larger}.txt") == set(), "run make requirements"
    assert pins("requirements-smoke.txt") - pins("requirements.txt") == set(), "run make requirements"


@pytest.mark.parametrize("name", SETS)
def test_pip_accepts_them_with_hashes_required(name: str) -> None:
    # Without an index: what is installed already satisfies the requirements of this interpreter.
    command = ["install", "--require-hashes", "--dry-run", "--no-index", "--no-deps", "--quiet"]
    ended = subprocess.run(
        [sys.executable, "-m", "pip", *command, "-r", f"{name}.txt"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
