"""Which commands there are, in the order in which `radzoo --help` lists them."""

from radzoo.cli import list as list_command
from radzoo.cli import data, demo, evaluate, finetune, predict, pull, show
from radzoo.cli.app import app

__all__ = ["app", "data", "demo", "evaluate", "finetune", "list_command", "predict", "pull", "show"]
