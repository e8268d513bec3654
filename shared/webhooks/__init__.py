"""Sends deliveries to the webhooks of users: outbox, signature, check of the target, retries."""
