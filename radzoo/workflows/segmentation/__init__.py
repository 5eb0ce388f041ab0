"""Segmentation: a plan from the data, teaching by masks, masks of whole images."""
