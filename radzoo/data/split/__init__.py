"""Splits: train, val and test by patient, folds, hold-outs, and the stamp that tells them apart."""

from radzoo.data.split.complete import complete_splits
from radzoo.data.split.patients import count_leaks, group_by_patient

__all__ = ["complete_splits", "count_leaks", "group_by_patient"]
