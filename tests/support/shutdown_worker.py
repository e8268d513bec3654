"""Runs the app under Azure's own worker code with one open chat stream, until a signal ends the process.

Prints one line of JSON: the address of the web server and the id that the HTTP request must carry. It is a
process of its own, as the worker's web server handles signals.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator

from infra.local.indexing import FunctionIndex
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.chat.chat_events import ChatEvent, ChunkEvent, MetaEvent
from shared.config.loader import ConfigLoader
from tests.support.app import app_index
from tests.support.host import REPOSITORY
from tests.support.worker import Worker


class SlowAgent:
    """Says one thing, waits for a line on standard input, and says another."""

    async def process_query_streaming(self, _query: object) -> AsyncGenerator[ChatEvent]:
        """Yields the events of an answer."""
        yield MetaEvent("openai", "gpt-test", "1", "1", ())
        yield ChunkEvent("one")
        await asyncio.to_thread(sys.stdin.readline)
        yield ChunkEvent("two")


async def main() -> None:
    """See above."""
    schedules = {
        "CACHE_REFRESH_SCHEDULE": "0 */5 * * * *",
        "BRIEFINGS_SCHEDULE": "0 */5 * * * *",
        "MIGRATIONS_SCHEDULE": "0 0 3 * * *",
    }
    index: FunctionIndex = app_index({**os.environ, **schedules})
    contexts.use(AppContext(ConfigLoader().load_config()).override(agent=SlowAgent()))
    worker = Worker(index, "api")
    address = await worker.serve_as_on_azure(REPOSITORY)
    await worker.metadata()
    invocation_id, invocation = worker.begin("POST", "/api/chat/stream")
    sys.stdout.write(json.dumps({"address": address, "invocation_id": invocation_id}) + "\n")
    sys.stdout.flush()
    await invocation
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
