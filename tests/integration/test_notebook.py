"""The façade without ``await``: the lines of a REPL, and the example notebook."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.host import REPOSITORY, environment

LINES = """
from shared.cli.notebook import ConfigLoader, DataManager, StockAgent
cfg = ConfigLoader.load_config()
dm = DataManager(cfg)
agent = StockAgent(cfg, dm)
for chunk in agent.process_query_streaming("Latest news on AAPL"): print(chunk, end="")

"""


def test_lines_work_in_a_plain_repl(tmp_path: Path) -> None:
    environ = {**environment(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    ended = subprocess.run(
        [sys.executable, "-i", "-q"],
        input=LINES,
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "AAPL" in ended.stdout
    assert "Error" not in ended.stderr
    assert ended.stderr.replace(">>> ", "").replace("... ", "").strip() == ""


# ipykernel and its parts warn about one another's changes.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_example_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.read(REPOSITORY / "docs/examples/research.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells), "commit it without outputs"
    for name, value in {**environment(tmp_path), "PYTHONPATH": str(REPOSITORY)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))
    text = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()))
    assert "annualised volatility" in text
    assert "figures are supported" in text
