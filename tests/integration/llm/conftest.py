"""Fixtures of the model clients: local servers that speak the protocol of OpenAI."""

from collections.abc import AsyncIterator

import pytest

from tests.support.openai_stub import OpenAIStub, openai_stub


@pytest.fixture
async def stub() -> AsyncIterator[OpenAIStub]:
    """The server of a test that needs one."""
    async with openai_stub() as server:
        yield server


@pytest.fixture
async def openai() -> AsyncIterator[OpenAIStub]:
    """The server of the provider ``openai``."""
    async with openai_stub() as server:
        yield server


@pytest.fixture
async def grok() -> AsyncIterator[OpenAIStub]:
    """The server of the provider ``grok``."""
    async with openai_stub() as server:
        yield server
