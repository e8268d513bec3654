"""The openai library alone, reading streams as fast as it can: ``python -m tests.support.openai_reader``.

Its arguments are the base URL, the model, how many concurrent streams, and how many times. Prints the
seconds of each time.
"""

import asyncio
import sys
import time

from openai import AsyncOpenAI


async def main(base_url: str, model: str, streams: int, times: int) -> None:
    """Reads, and prints the seconds."""
    client = AsyncOpenAI(api_key="sk-test", base_url=base_url, max_retries=0)
    for _ in range(times + 1):
        started = time.perf_counter()
        await asyncio.gather(*(_read(client, model) for _ in range(streams)))
        print(time.perf_counter() - started, flush=True)  # noqa: T201 - the benchmark reads it
    await client.close()


async def _read(client: AsyncOpenAI, model: str) -> None:
    stream = await client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "Hi"}], stream=True
    )
    async with stream:
        async for _ in stream:
            continue


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
