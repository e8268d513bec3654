"""A proxy in front of a MongoDB server that knows commands: it refuses writes, or the sign-in."""

import struct
from asyncio import StreamReader
from enum import Enum, auto
from typing import Any, Final

import bson

from tests.support.tcp_proxy import Streams, TcpProxy

_HEADER: Final = 16
_OP_MSG: Final = 2013
_WRITES: Final = frozenset(
    {"insert", "update", "delete", "findAndModify", "create", "createIndexes", "collMod"}
)
_WITHOUT_SIGN_IN: Final = frozenset({"hello", "isMaster", "ismaster", "endSessions"})

Document = dict[str, Any]


class Refusal(Enum):
    """What the server refuses."""

    WRITES = auto()
    """It has become a secondary, or its disk is full: it is read-only."""
    SIGN_IN = auto()
    """It does not know the password any more."""


class MongoProxy(TcpProxy):
    """Passes on commands and their answers.

    Signing in with PLAIN is answered here, as the server behind it may have no users: the driver then sends
    the password as it is, so that a test may look where it goes.

    Attributes:
        refusal: What is refused at present.
    """

    refusal: Refusal | None = None

    async def refuse(self, refusal: Refusal | None) -> None:
        """Switches it on or off; connections are broken, as a server does that restarts."""
        self.refusal = refusal
        self._break()

    async def serve(self, client: Streams) -> None:
        """See the base class."""
        reader, writer = client
        server = await self.connect()
        while True:
            message = await _message(reader)
            await self.wait()
            answer = self._own_answer(message)
            if answer is None:
                server[1].write(message)
                answer = await _message(server[0])
            writer.write(answer)

    def _own_answer(self, message: bytes) -> bytes | None:
        if _opcode(message) != _OP_MSG:
            return None
        command = next(iter(_body(message)))
        if command == "saslStart":
            if self.refusal is Refusal.SIGN_IN:
                return _reply(message, _error(18, "AuthenticationFailed"))
            return _reply(message, {"ok": 1.0, "conversationId": 1, "done": True, "payload": b""})
        if self.refusal is Refusal.WRITES and command in _WRITES:
            return _reply(message, _error(10107, "NotWritablePrimary"))
        if self.refusal is Refusal.SIGN_IN and command not in _WITHOUT_SIGN_IN:
            return _reply(message, _error(18, "AuthenticationFailed"))
        return None


async def _message(reader: StreamReader) -> bytes:
    header = await reader.readexactly(_HEADER)
    (length,) = struct.unpack_from("<i", header)
    return header + await reader.readexactly(length - _HEADER)


def _opcode(message: bytes) -> int:
    opcode: int = struct.unpack_from("<i", message, 12)[0]
    return opcode


def _body(message: bytes) -> Document:
    """The command: the section of kind 0, which drivers send first."""
    position = _HEADER + 4
    assert message[position] == 0
    (length,) = struct.unpack_from("<i", message, position + 1)
    return bson.decode(message[position + 1 : position + 1 + length])


def _reply(message: bytes, body: Document) -> bytes:
    (request_id,) = struct.unpack_from("<i", message, 4)
    encoded = bson.encode(body)
    return struct.pack("<iiiiIB", 21 + len(encoded), 0, request_id, _OP_MSG, 0, 0) + encoded


def _error(code: int, name: str) -> Document:
    return {"ok": 0.0, "code": code, "codeName": name, "errmsg": name}
