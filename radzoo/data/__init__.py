"""From files to cases and pixels: readers, presets, splits, the guard, the prepared store."""
