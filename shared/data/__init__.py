"""MongoDB: the connection, the schema, the repositories and the migrations."""
