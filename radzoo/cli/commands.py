"""Which commands there are, in the order in which `radzoo --help` lists them."""

from radzoo.cli.app import app
