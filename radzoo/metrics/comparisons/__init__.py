"""Two models on the same cases: differences, their intervals, tests, and many tests at once."""
