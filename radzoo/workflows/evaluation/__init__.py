"""`evaluate`: from predictions to a report, one file for each part of it."""
