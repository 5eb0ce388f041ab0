"""Chest-radiograph phantoms and the packaged weights: data that needs no network and no consent."""
