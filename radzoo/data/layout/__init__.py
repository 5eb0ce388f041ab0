"""Layouts: how a published data set is laid out, said in YAML, and what reads it."""
