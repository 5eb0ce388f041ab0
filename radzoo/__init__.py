"""A model zoo and evaluation tool for radiology."""

__version__ = "0.1.0"
