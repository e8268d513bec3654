"""The MongoDB wire protocol: OP_MSG, and the legacy OP_QUERY that drivers send as their first hello."""

import socket
import socketserver
import struct
from contextlib import suppress
from typing import Final

import bson

from tests.support.mongo_server.commands import Commands
from tests.support.mongo_server.errors import ServerError
from tests.support.mongo_server.storage import CODEC
from tests.support.mongo_server.values import Document

_OP_REPLY: Final = 1
_OP_QUERY: Final = 2004
_OP_MSG: Final = 2013
_CHECKSUM_PRESENT: Final = 1
_MORE_TO_COME: Final = 2


class MongoServer(socketserver.ThreadingTCPServer):
    """Listens on a loopback port; 0 chooses a free one."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, commands: Commands, port: int = 0) -> None:
        self.commands = commands
        super().__init__(("127.0.0.1", port), _Connection)

    @property
    def uri(self) -> str:
        """The URI for clients."""
        return f"mongodb://127.0.0.1:{self.server_address[1]}/"


class _Connection(socketserver.BaseRequestHandler):
    server: MongoServer

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A client that was killed resets its connections.
        with suppress(ConnectionError):
            self._serve()

    def _serve(self) -> None:
        while (header := self._receive(16)) is not None:
            length, request_id, _, opcode = struct.unpack("<iiii", header)
            payload = self._receive(length - 16)
            if payload is None:
                return
            if opcode == _OP_MSG:
                self._answer_message(request_id, payload)
            elif opcode == _OP_QUERY:
                self._answer_query(request_id, payload)
            else:
                return

    def _receive(self, length: int) -> bytes | None:
        received = bytearray()
        while len(received) < length:
            part = self.request.recv(length - len(received))
            if not part:
                return None
            received += part
        return bytes(received)

    def _answer_message(self, request_id: int, payload: bytes) -> None:
        flags, body = _parsed_message(payload)
        reply = _encoded(self.server.commands.run(body))
        if not flags & _MORE_TO_COME:
            header = struct.pack("<iiiiI", 21 + len(reply), 0, request_id, _OP_MSG, 0)
            self.request.sendall(header + b"\0" + reply)

    def _answer_query(self, request_id: int, payload: bytes) -> None:
        name_end = payload.index(b"\0", 4)
        body: Document = bson.decode(payload[name_end + 9 :], CODEC)
        reply = _encoded(self.server.commands.run(body))
        header = struct.pack("<iiiiiqii", 36 + len(reply), 0, request_id, _OP_REPLY, 8, 0, 0, 1)
        self.request.sendall(header + reply)


def _parsed_message(payload: bytes) -> tuple[int, Document]:
    """Returns the flags and the command, with the documents of its sequences under their names."""
    (flags,) = struct.unpack_from("<I", payload)
    position, end = 4, len(payload) - (4 if flags & _CHECKSUM_PRESENT else 0)
    body: Document = {}
    sequences: Document = {}
    while position < end:
        kind = payload[position]
        position += 1
        (length,) = struct.unpack_from("<i", payload, position)
        section = payload[position : position + length]
        if kind == 0:
            body = bson.decode(section, CODEC)
        else:
            name_end = section.index(b"\0", 4)
            sequences[section[4:name_end].decode()] = bson.decode_all(section[name_end + 1 :], CODEC)
        position += length
    return flags, {**body, **sequences}


def _encoded(reply: Document) -> bytes:
    try:
        return bson.encode(reply)
    except bson.errors.InvalidDocument as error:
        return bson.encode(ServerError(8, f"encoding the reply: {error}").reply())
