"""One file per verb: composes the toolboxes by passing values."""
