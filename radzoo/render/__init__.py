"""A report in, text, JSON or HTML out; pure."""
