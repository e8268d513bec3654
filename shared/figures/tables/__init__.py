"""Tables of an answer: what their rows, columns and titles say of a number."""
