"""The embedded Redis in place of a server."""

import asyncio

from infra.local.embedded_redis import EmbeddedRedis


async def commands(redis: EmbeddedRedis) -> None:
    for number in range(3):
        await redis.set("key", number)
    # Reached without a cancellation only.
    await asyncio.Event().wait()


async def test_cancellation_ends_a_task_at_whatever_step_of_a_command_it_arrives() -> None:
    async with EmbeddedRedis() as redis:
        for steps in range(40):
            task = asyncio.create_task(commands(redis))
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            _, going_on = await asyncio.wait({task}, timeout=10)
            task.cancel()
            assert not going_on, f"cancelled after {steps} steps of the event loop, it went on"


async def test_clients_of_no_server_do_not_share_one() -> None:
    async with EmbeddedRedis() as one, EmbeddedRedis() as another:
        await one.set("key", 1)
        assert await another.get("key") is None
