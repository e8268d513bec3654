"""Holdings of the reader: amounts that the question states, and values computed from them."""
