"""`compare`: several predictions of the same cases in, differences out."""
