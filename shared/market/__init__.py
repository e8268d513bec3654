"""Market data: the vocabulary, the sources, and the manager that chooses among them."""
