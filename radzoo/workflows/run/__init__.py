"""The folder of a run: what stands in it, whose it is, what it was made from and what it made."""
