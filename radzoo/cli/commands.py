"""Which commands there are, in the order in which `radzoo --help` lists them."""

# isort: off
from radzoo.cli import list as list_command
from radzoo.cli import show, pull, verify, cache, finetune, predict, evaluate, data, demo

# isort: on
from radzoo.cli.app import app

__all__ = [
    "app",
    "cache",
    "data",
    "demo",
    "evaluate",
    "finetune",
    "list_command",
    "predict",
    "pull",
    "show",
    "verify",
]
