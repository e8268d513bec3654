"""The front of the repository: version, README, links."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from shared import __version__
from tests.support.host import REPOSITORY

README_BYTES = 8 * 1024
CODE = re.compile(r"```.*?```", re.DOTALL)
# Files of "acme" do not exist: it is the invented provider of the recipes.
DOCUMENTS = sorted(path.relative_to(REPOSITORY) for path in REPOSITORY.glob("docs/*.md"))


def test_version_is_defined_once() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "shared.__version__"}
    contract = yaml.safe_load((REPOSITORY / "docs/openapi.yaml").read_text("utf-8"))
    assert contract["info"]["version"] == __version__
    template = yaml.safe_load((REPOSITORY / "azure.yaml").read_text("utf-8"))["metadata"]["template"]
    assert template.endswith(f"@{__version__}")
    assert f"## [{__version__}]" in (REPOSITORY / "CHANGELOG.md").read_text("utf-8")


def test_readme_is_short_and_links_every_document() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    assert len(readme.encode()) <= README_BYTES
    missing = [str(document) for document in DOCUMENTS if f"({document})" not in readme]
    assert missing == []


def anchors_of(document: Path) -> set[str]:
    """Returns the anchors that GitHub gives the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", document.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "SECURITY.md", *map(str, DOCUMENTS)])
def test_links_and_paths_exist(document: str) -> None:
    path = REPOSITORY / document
    text = path.read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []
    anchors = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", text)
    targets = [(path.parent / link if link else path, anchor) for link, anchor in anchors]
    assert [anchor for target, anchor in targets if anchor not in anchors_of(target)] == []
    named = re.findall(r"`((?:shared|infra|functions|tests|config)/[\w./-]+\.\w+)`", text)
    assert [name for name in named if "acme" not in name and not (REPOSITORY / name).exists()] == []
