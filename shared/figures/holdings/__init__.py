"""What the reader owns or invests: amounts that the question states, and what follows from them."""
