"""A MongoDB server for tests: the real driver talks to it over the wire protocol.

It keeps documents in memory. Query, update and aggregation semantics are those of mongomock. It enforces
validators, unique, sparse and TTL indexes, and the restrictions of time-series collections. It has no
authentication, TLS, transactions, text search or collation, and answers unknown commands with an error.
"""
