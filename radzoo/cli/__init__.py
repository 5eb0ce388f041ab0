"""The command line: parses arguments, prints, chooses exit codes, and nothing else."""
