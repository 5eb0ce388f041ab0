"""Which commands there are, in the order in which `radzoo --help` lists them."""

# isort: off
from radzoo.cli import list as list_command
from radzoo.cli import (
    show,
    cite,
    search,
    pull,
    verify,
    cache,
    bundle,
    unbundle,
    plan,
    finetune,
    find_best,
    learning_curve,
    predict,
    evaluate,
    audit,
    compare,
    measure,
    features,
    baseline,
    data,
    data_split,
    data_prepare,
    demo,
    registry,
)

# isort: on
from radzoo.cli.app import app

__all__ = [
    "app",
    "audit",
    "baseline",
    "bundle",
    "cache",
    "cite",
    "compare",
    "data",
    "data_prepare",
    "data_split",
    "demo",
    "evaluate",
    "features",
    "find_best",
    "finetune",
    "learning_curve",
    "list_command",
    "measure",
    "plan",
    "predict",
    "pull",
    "registry",
    "search",
    "show",
    "unbundle",
    "verify",
]
