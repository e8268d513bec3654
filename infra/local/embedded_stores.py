"""The embedded stores of the local host, under the names that ``shared.app.embedded`` expects."""

from infra.local.embedded_mongo import embedded_mongo
from infra.local.embedded_queue import embedded_queue
from infra.local.embedded_redis import embedded_redis

__all__ = ["embedded_mongo", "embedded_queue", "embedded_redis"]
