"""`radzoo evaluate`."""

from collections.abc import Callable
from dataclasses import replace
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
from radzoo.cli.evaluation_options import Cluster, ReportFlags, with_report_flags
from radzoo.cli.options import Settings, with_settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.decoding import Decoding
    from radzoo.core.predictions import Columns, Predictions
    from radzoo.data.options import DataOptions
    from radzoo.workflows.evaluation.options import EvaluateOptions
    from radzoo.workflows.evaluation.source import EvaluationSource, Predict


@app.command()
@with_settings
@with_decoding_flags
@with_data_flags
@with_report_flags
def evaluate(
    settings: Settings,
    layout: DataFlags,
    decoding: DecodingFlags,
    wanted: ReportFlags,
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
    max_refused: MaxRefused = None,
    strict: Strict = False,
    report: Annotated[Path | None, Option(help="Write a page for a browser here.")] = None,
    out: Annotated[
        Path | None, Option(help="Write report, page, table and predictions to this folder.")
    ] = None,
    figures: Annotated[
        Path | None, Option(help="Draw figures for a paper into this folder.")
    ] = None,
    figure_format: Annotated[
        str, Option(help="Kinds of figure files: svg, pdf, png (300 dpi).")
    ] = "svg,pdf,png",
    overwrite: Annotated[
        bool, Option("--overwrite", help="Replace what --report, --out or --figures would hit.")
    ] = False,
) -> None:
    """Say how good scores are: metrics with intervals, and what to doubt about them."""
    from radzoo.cli.evaluate_output import (
        check_places,
        read_formats,
        save_figures,
        save_folder,
        save_page,
        show_report,
        stop_at_gates,
    )
    from radzoo.core.decoding import Decoding
    from radzoo.data.options import DataOptions
    from radzoo.workflows.evaluation.gates import judge_gates, parse_gate
    from radzoo.workflows.evaluation.source import evaluate_source, load_source

    gates = [parse_gate(expr) for expr in wanted.fail_if or ()]
    formats = read_formats(figure_format)
    check_places(report, out, figures, overwrite=overwrite)
    check_needs_data(data, split, decoding)
    columns = wanted.columns(layout.target, layout.patient, layout.positive)
    predict, doubts = None, list[str]()
    if data is not None:
        allowed = allowed_refusals(max_refused, strict=strict)
        predict = predictor(
            data, layout.over(DataOptions()), decoding.over(Decoding()), split, allowed, settings,
            doubts.append,
        )  # fmt: skip
    source = load_source(given, columns=columns, predict=predict, data=data)
    source = replace(source, warnings=(*source.warnings, *doubts))
    result = evaluate_source(source, read_options(wanted, source, columns, settings))
    result = result.model_copy(update={"gates": judge_gates(result, gates)})
    if report is not None:
        save_page(report, result, source)
    if out is not None:
        save_folder(out, result, source)
    if figures is not None:
        save_figures(figures, result, formats)
    show_report(result, settings)
    stop_at_gates(result)


def check_needs_data(data: Path | None, split: SplitName | None, decoding: DecodingFlags) -> None:
    """Refuse what speaks of images where there are none.

    Raises:
        UsageError: if an option needs --data and there is none.
    """
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


def read_options(
    wanted: ReportFlags, source: "EvaluationSource", columns: "Columns", settings: Settings
) -> "EvaluateOptions":
    """Turn what the user said into options of the workflow."""
    from radzoo.workflows.evaluation.options import EvaluateOptions
    from radzoo.workflows.evaluation.source import find_thresholds, find_validation

    needs = [
        name
        for name, value in (("recalibrate", wanted.recalibrate), ("conformal", wanted.conformal))
        if value
    ]
    return EvaluateOptions(
        task=wanted.task,
        ci=wanted.ci,
        n_boot=wanted.n_boot,
        level=wanted.level,
        cluster="patient" if wanted.cluster is Cluster.PATIENT else "none",
        threshold=find_thresholds(wanted.threshold, source),
        seed=settings.seed,
        by=wanted.columns_by,
        prevalences=wanted.prevalences,
        decision_thresholds=wanted.decision_thresholds,
        decision_prevalence=wanted.decision_prevalence,
        curves=wanted.curves,
        validation=find_validation(wanted.on, source, columns, needs),
        recalibrate=wanted.recalibrate,
        conformal=wanted.conformal_alphas,
        horizons=wanted.horizons,
        half_width=wanted.half_width,
        hosmer_lemeshow=wanted.hosmer_lemeshow,
        tolerance_mm=wanted.tolerance_mm,
    )


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
