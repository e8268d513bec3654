"""What a worker needs to write and to read streams."""

from dataclasses import dataclass
from typing import Self

from shared.redis.streams import RedisStreams
from shared.streams.followed import FollowedStreams
from shared.streams.sync import StreamSync


@dataclass(frozen=True)
class StreamTransport:
    """The streams of one worker: one exchange with Redis for all that it produces or reads.

    Attributes:
        streams: The streams in Redis.
        sync: Writes the lines of this worker's streams and reads those of others.
        followed: The streams of other workers.
    """

    streams: RedisStreams
    sync: StreamSync
    followed: FollowedStreams

    @classmethod
    def over(cls, streams: RedisStreams) -> Self:
        """Returns the transport over the streams in Redis."""
        sync = StreamSync(streams)
        return cls(streams, sync, FollowedStreams(streams, sync))

    async def aclose(self) -> None:
        """Ends the exchange."""
        await self.followed.aclose()
        await self.sync.aclose()
