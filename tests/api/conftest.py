"""Running stand-ins for the tests that go over HTTP."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.api_client import api_client
from tests.support.host import SAMPLE_APP, running_host
from tests.support.openai_process import openai_process


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """This app, served with data of its own; its address."""
    with running_host(tmp_path_factory.mktemp("host")) as base_url:
        yield base_url


@pytest.fixture
def client(host: str) -> Iterator[httpx.Client]:
    """A client of this app, to whom every answer is as the contract describes it."""
    with api_client(host) as client:
        yield client


@pytest.fixture
def sample_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small app that shows what the platform does; its address."""
    with running_host(tmp_path_factory.mktemp("sample"), app=SAMPLE_APP) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    """A server of models; its address, as a setting has it."""
    with openai_process() as base_url:
        yield base_url
