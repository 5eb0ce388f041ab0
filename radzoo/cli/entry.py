"""The `radzoo` command: answers at once where it can, else hands over to the Typer app.

Importing Typer takes longer than listing all models. So `--version`, plain `list` and the
completion of names are answered before that, from the index of models; an unusual option, a
cold index or a mistake of the user goes the usual way, which says the same, byte for byte.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from radzoo import __version__
from radzoo.cli.completion import VARIABLE, answer_completion

FLAGS = {"--json": "json", "--quiet": "quiet", "-q": "quiet", "--pulled": "pulled"}
VALUES = frozenset(
    ["--task", "--modality", "--family", "--license", "--search", "--format", "--registry",
     "--cache-dir", "--label", "--status", "--max-size", "--dimensions", "--use", "--sort"]
)  # fmt: skip
# Commands whose numbers must be the same whatever the threads, and what numpy adds up with in
# its wheels: several threads add in another order, and the last digits differ.
STEADY = frozenset(["evaluate", "compare"])
THREADS_OF_NUMPY = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def run() -> NoReturn:
    """Be the `radzoo` command."""
    # Threads that wait must sleep. By default they spin: where other work has one of two
    # cores, a small network then learns at a quarter of the speed of a single thread.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if STEADY.intersection(sys.argv[1:2]):
        os.environ.update(dict.fromkeys(THREADS_OF_NUMPY, "1"))
    code = try_quickly(sys.argv[1:])
    if code is None:
        from radzoo.cli.app import run as run_app

        run_app()
    sys.exit(code)


def try_quickly(given: list[str]) -> int | None:
    """Run a command without Typer and return its exit code; None if that cannot be done."""
    try:
        if not (complete() if VARIABLE in os.environ else answer(given)):
            return None
        sys.stdout.flush()
    except (OSError, KeyboardInterrupt) as stop:
        from radzoo.cli.app import end_with

        return end_with(stop, given)
    return 0


def complete() -> bool:
    """Complete the name of a model; if it is something else write nothing, return False."""
    told = answer_completion(os.environ)
    if told is not None:
        sys.stdout.write(told)
    return told is not None


def answer(given: list[str]) -> bool:
    """Answer if that needs no Typer; else write nothing and return False."""
    if given == ["--version"]:
        sys.stdout.write(f"radzoo {__version__}\n")
        return True
    options = parse_list(given[1:]) if given[:1] == ["list"] else None
    return options is not None and answer_list(options)


def parse_list(words: Sequence[str]) -> dict[str, list[str]] | None:
    """Read the options of a plain `list`; None if there is anything else among them."""
    options: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in FLAGS:
            options[FLAGS[word]] = []
        elif name in VALUES:
            text = value if equals else next(rest, None)
            if text is None or text.startswith("-"):
                return None
            options.setdefault(name.removeprefix("--"), []).append(text)
        else:
            return None
    return options


def answer_list(options: dict[str, list[str]]) -> bool:
    """Answer a plain `list` from the index."""
    from radzoo.cli.models_listing import FORMATS, Request, list_from_index
    from radzoo.zoo.selection import SORTS, Filters

    last = {name: values[-1] for name, values in options.items() if values}
    style = "json" if "json" in options else last.get("format", "auto").replace("auto", "table")
    dimensions, sort = last.get("dimensions"), last.get("sort", "name")
    if style not in FORMATS or sort not in SORTS or dimensions not in {None, "2", "3"}:
        return False
    registries = options.get("registry") or os.environ.get("RADZOO_ZOO", "").split(os.pathsep)
    cache_dir = last.get("cache-dir") or os.environ.get("RADZOO_HOME")
    filters = Filters(
        task=last.get("task"),
        modality=last.get("modality"),
        family=last.get("family"),
        license=last.get("license", "any"),
        label=last.get("label"),
        status=last.get("status"),
        max_size=last.get("max-size"),
        dimensions=int(dimensions) if dimensions else None,
        pulled="pulled" in options,
        search=last.get("search"),
        use=last.get("use"),
        sort=sort,
    )
    return list_from_index(
        Request(
            filters,
            style,
            "quiet" in options,
            tuple(Path(name) for name in registries if name),
            Path(cache_dir) if cache_dir else None,
        )
    )
