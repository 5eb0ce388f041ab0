"""Other models put beside the one that is judged: classical baselines above all."""

from collections.abc import Sequence
from pathlib import Path

from radzoo.core.baseline_report import BaselineReport
from radzoo.core.compare_report import Comparison
from radzoo.core.errors import InputError
from radzoo.core.json_text import from_text
from radzoo.core.predictions import Columns
from radzoo.workflows.comparison.compare import compare_models
from radzoo.workflows.comparison.options import CompareOptions
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.source import EvaluationSource, load_source

BASELINES = "baseline.json"
"""What `radzoo baseline` leaves in its folder."""


def put_beside(
    source: EvaluationSource,
    name: str,
    beside: Sequence[str],
    columns: Columns,
    options: EvaluateOptions,
) -> tuple[list[Comparison], list[str]]:
    """Compare the judged model with each other, on the cases that all have scored.

    Args:
        source: what is judged.
        name: what it is called.
        beside: folders of `radzoo baseline` or of runs, or predictions files.
        columns: how files of other programs name their columns.
        options: of the evaluation; task, level, draws, seed and clusters are the same.

    Returns:
        One comparison for each other model and label, the judged one minus the other, and what
        must be said of them.

    Raises:
        InputError: if one cannot be read, or they do not fit together.
    """
    names, sources = [name], [source]
    for given in beside:
        for other, place in list_models(given):
            names.append(other)
            sources.append(load_source(place, columns=columns))
    report = compare_models(
        sources, names,
        CompareOptions(
            task=options.task, reference=name, level=options.level, n_boot=options.n_boot,
            seed=options.seed, cluster=options.cluster,
        ),
    )  # fmt: skip
    return report.comparisons, report.warnings


def list_models(given: str) -> list[tuple[str, str]]:
    """Return name and place of each model that is named: all of a folder of baselines.

    Raises:
        InputError: if the report of such a folder is damaged.
    """
    file = Path(given) / BASELINES
    if not file.is_file():
        return [(given, given)]
    try:
        report = from_text(BaselineReport, file.read_text("utf-8"))
    except (OSError, ValueError):
        raise InputError(
            f"{file} is not what radzoo baseline writes",
            id="bad-baseline",
            hint="make it again with radzoo baseline --overwrite",
        ) from None
    return [(row.name, str(Path(given) / row.predictions)) for row in report.rows]
