"""Teaching a network: the loop, and everything that it is made of."""
