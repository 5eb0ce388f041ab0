"""Carrying out a training: the data, the processes, the loop's company, keeping and resuming."""
