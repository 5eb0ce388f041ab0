"""Calibration beyond one number: curves, decompositions of the Brier score, tests, null values."""
