"""The shape of one structure: volume, surface, diameters. NumPy and SciPy alone."""
