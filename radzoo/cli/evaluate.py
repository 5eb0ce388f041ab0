"""`radzoo evaluate`."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.options import Settings, with_settings

if TYPE_CHECKING:
    from radzoo.core.predictions import Columns, Predictions

FOREIGN = "Other column names"
DATA = "Data to predict on first"


class Cluster(StrEnum):
    """What cases are grouped by."""

    PATIENT = "patient"
    NONE = "none"


class SplitName(StrEnum):
    """A part of the data."""

    TRAIN = "train"
    VAL = "val"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The data to score first, as given on the command line."""

    data: Path
    labels: Path | None
    data_format: str | None
    split: SplitName | None
    columns: "Columns"


@app.command()
@with_settings
def evaluate(
    settings: Settings,
    given: Annotated[
        str,
        Argument(
            metavar="PREDICTIONS|RUN|MODEL",
            help="A predictions file, the folder of a run, or a model of the zoo with --data.",
        ),
    ],
    data: Annotated[
        Path | None,
        Option(help="Score these with the run or the model first.", rich_help_panel=DATA),
    ] = None,
    labels: Annotated[
        Path | None, Option(help="Table of labels for a folder of DICOM.", rich_help_panel=DATA)
    ] = None,
    data_format: Annotated[
        str | None, Option(help="How --data is laid out.", rich_help_panel=DATA)
    ] = None,
    split: Annotated[
        SplitName | None,
        Option(
            help="Which split of --data. Default: test if it names one, else all cases.",
            rich_help_panel=DATA,
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
    target: Annotated[
        str | None, Option(help="Column of the truth.", rich_help_panel=FOREIGN)
    ] = None,
    score: Annotated[
        str | None, Option(help="Column of the score.", rich_help_panel=FOREIGN)
    ] = None,
    patient: Annotated[
        str | None, Option(help="Column of the patient.", rich_help_panel=FOREIGN)
    ] = None,
    positive: Annotated[
        str | None, Option(help="What means diseased in --target.", rich_help_panel=FOREIGN)
    ] = None,
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
    from radzoo.core.predictions import Columns
    from radzoo.workflows.evaluate import EvaluateOptions
    from radzoo.workflows.evaluate_source import evaluate_source, find_thresholds, load_source

    check_places(report, out, overwrite=overwrite)
    columns = Columns(target, score, patient, positive)
    wanted = None if data is None else Wanted(data, labels, data_format, split, columns)
    source = load_source(
        given,
        columns=columns,
        predict=None if wanted is None else lambda name: predict_on(name, wanted, settings),
    )
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


def predict_on(name: str, wanted: Wanted, settings: Settings) -> "Predictions":
    """Let a run or a model of the zoo score data; this needs torch."""
    from radzoo.cli.console import progress, say
    from radzoo.data.load import DataOptions
    from radzoo.workflows.evaluate_data import DataRequest, predict_for_evaluation
    from radzoo.zoo.store import cache_root

    options = DataOptions(
        data_format=wanted.data_format,
        labels=wanted.labels,
        target=wanted.columns.target,
        positive=wanted.columns.positive,
        patient=wanted.columns.patient,
    )
    request = DataRequest(
        data=wanted.data,
        cache=cache_root(settings.cache_dir),
        options=options,
        split=None if wanted.split is None else wanted.split.value,
        device=settings.device,
        offline=settings.offline,
        registries=settings.registries,
    )
    return predict_for_evaluation(
        name,
        request,
        track=progress("Reading images", quiet=settings.quiet),
        warn=lambda message: None if settings.quiet else say(f"warning: {message}"),
    )
