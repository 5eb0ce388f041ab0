"""`audit`: the traps, and how to identify them."""
