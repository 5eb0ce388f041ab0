"""`radzoo evaluate`."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say
from radzoo.cli.data_options import (
    PANEL,
    DataFlags,
    MaxRefused,
    SplitName,
    Strict,
    allowed_refusals,
    with_data_flags,
)
from radzoo.cli.decoding_options import DecodingFlags, with_decoding_flags
from radzoo.cli.options import Settings, with_settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.decoding import Decoding
    from radzoo.core.predictions import Predictions
    from radzoo.data.options import DataOptions
    from radzoo.workflows.evaluation.source import Predict


class Cluster(StrEnum):
    """What cases are grouped by."""

    PATIENT = "patient"
    NONE = "none"


@app.command()
@with_settings
@with_decoding_flags
@with_data_flags
def evaluate(
    settings: Settings,
    layout: DataFlags,
    decoding: DecodingFlags,
    given: Annotated[
        str,
        Argument(
            metavar="PREDICTIONS|RUN|MODEL",
            help="A predictions file, the folder of a run, or a model of the zoo with --data.",
        ),
    ],
    data: Annotated[
        Path | None,
        Option(help="Score these with the run or the model first.", rich_help_panel=PANEL),
    ] = None,
    split: Annotated[
        SplitName | None,
        Option(
            help="Which split of --data. Default: test if it names one, else all cases.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    task: Annotated[str | None, Option(help="binary or multilabel.")] = None,
    ci: Annotated[
        str,
        Option(
            help="Interval: auto, delong, logit-delong, newcombe, obuchowski (AUROC), "
            "bca, percentile (any metric)."
        ),
    ] = "auto",
    n_boot: Annotated[int, Option(min=0, help="Bootstrap draws where they are needed.")] = 1000,
    level: Annotated[float, Option(help="Wanted coverage of the intervals.")] = 0.95,
    cluster: Annotated[
        Cluster, Option(help="Count patients, or take every case as independent.")
    ] = Cluster.PATIENT,
    threshold: Annotated[
        str | None,
        Option(
            help="A number, youden, sens@0.95, spec@0.9, or a thresholds.json. "
            "Default: the one that the run froze on validation, else 0.5."
        ),
    ] = None,
    score: Annotated[
        str | None, Option(help="Column that holds the score.", rich_help_panel=PANEL)
    ] = None,
    max_refused: MaxRefused = None,
    strict: Strict = False,
    report: Annotated[Path | None, Option(help="Write a page for a browser here.")] = None,
    out: Annotated[
        Path | None, Option(help="Write report, page, table and predictions to this folder.")
    ] = None,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Replace what --report or --out would hit.")
    ] = False,
) -> None:
    """Say how good scores are: metrics with intervals, and what to doubt about them."""
    from radzoo.cli.evaluate_output import check_places, save_folder, save_page, show_report
    from radzoo.core.decoding import Decoding
    from radzoo.core.predictions import Columns
    from radzoo.data.options import DataOptions
    from radzoo.workflows.evaluation.evaluate import EvaluateOptions
    from radzoo.workflows.evaluation.source import evaluate_source, find_thresholds, load_source

    check_places(report, out, overwrite=overwrite)
    columns = Columns(layout.target, score, layout.patient, layout.positive)
    predict, doubts = None, list[str]()
    if data is None and split is not None:
        raise UsageError(
            "--split says which cases of --data are judged, and there are none without --data",
            id="no-data",
            hint="name the data with --data, or evaluate RUN/predictions-val.csv",
        )
    if data is None and decoding.given:
        raise UsageError(
            "--window and --exact say how images are decoded, and there are none without --data",
            id="no-data",
            hint="name the images with --data, or leave these out",
        )
    if data is not None:
        allowed = allowed_refusals(max_refused, strict=strict)
        predict = predictor(
            data, layout.over(DataOptions()), decoding.over(Decoding()), split, allowed, settings,
            doubts.append,
        )  # fmt: skip
    source = load_source(given, columns=columns, predict=predict, data=data)
    source = replace(source, warnings=(*source.warnings, *doubts))
    options = EvaluateOptions(
        task=task,
        ci=ci,
        n_boot=n_boot,
        level=level,
        cluster="patient" if cluster is Cluster.PATIENT else "none",
        threshold=find_thresholds(threshold, source),
        seed=settings.seed,
    )
    result = evaluate_source(source, options)
    if report is not None:
        save_page(report, result, source)
    if out is not None:
        save_folder(out, result, source)
    show_report(result, settings)


def predictor(
    data: Path,
    layout: "DataOptions",
    decoding: "Decoding",
    split: SplitName | None,
    max_refused: float,
    settings: Settings,
    doubt: Callable[[str], None],
) -> "Predict":
    """Return a function that lets a run or a model of the zoo score data; it needs torch.

    What the report must say of the data is told to `doubt`.
    """

    def predict(name: str) -> "Predictions":
        from radzoo.workflows.evaluation.data import DataRequest, predict_for_evaluation
        from radzoo.zoo.store import cache_root

        request = DataRequest(
            data=data,
            cache=cache_root(settings.cache_dir),
            options=layout,
            decoding=decoding,
            split=None if split is None else split.value,
            max_refused=max_refused,
            device=settings.device,
            offline=settings.offline,
            registries=settings.registries,
        )
        return predict_for_evaluation(
            name,
            request,
            track=progress("Reading images", quiet=settings.quiet),
            warn=lambda message: None if settings.quiet else say(f"warning: {message}"),
            doubt=doubt,
            log=say,
        )

    return predict
