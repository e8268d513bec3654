"""The guard that keeps tests on this machine."""

import os
import socket
from collections.abc import Iterator

import pytest

from tests.support.network import NetworkGuard


@pytest.fixture
def guard() -> Iterator[NetworkGuard]:
    """One of its own, in front of the one that guards all tests."""
    guard = NetworkGuard()
    guard.install()
    yield guard
    guard.remove()


@pytest.mark.parametrize("address", ["93.184.216.34", "10.0.0.1", "169.254.169.254"])
def test_connection_to_another_machine_is_refused_and_remembered(guard: NetworkGuard, address: str) -> None:
    with socket.socket() as client, pytest.raises(ConnectionRefusedError, match="stay on this machine"):
        client.connect((address, 80))
    assert guard.attempts == [f"{address}:80"]


def test_look_up_of_another_machine_is_refused_and_remembered(guard: NetworkGuard) -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("query1.finance.yahoo.com", 443)
    assert guard.attempts == ["query1.finance.yahoo.com"]


def test_names_that_never_exist_are_just_not_found(guard: NetworkGuard) -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("database.invalid", 27017)
    assert guard.attempts == []


def test_this_machine_is_reached(guard: NetworkGuard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()
    assert guard.attempts == []


def test_clients_without_pythons_sockets_are_sent_to_a_closed_port() -> None:
    assert os.environ["HTTPS_PROXY"] == "http://127.0.0.1:9"
