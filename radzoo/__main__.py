"""`python -m radzoo`."""

from radzoo.cli.app import run

if __name__ == "__main__":
    run()
