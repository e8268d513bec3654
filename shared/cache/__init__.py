"""The cache of finished answers: Redis, or the same interface in process."""
