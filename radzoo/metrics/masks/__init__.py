"""Masks against masks: overlap, surfaces, volumes, lesions. SciPy is imported on use."""
