"""`python -m radzoo`."""

from radzoo.cli.entry import run

if __name__ == "__main__":
    run()
