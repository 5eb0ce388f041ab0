"""`radzoo evaluate`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
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
from radzoo.cli.evaluation_places import PlaceFlags, with_place_flags
from radzoo.cli.options import Settings, with_settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from radzoo.cli.evaluate_output import Evaluated
    from radzoo.core.predictions import Predictions
    from radzoo.workflows.evaluation.gallery import Pictures
    from radzoo.workflows.evaluation.mask_runs import MaskRun
    from radzoo.workflows.evaluation.options import EvaluateOptions
    from radzoo.workflows.evaluation.source import Predict


@app.command()
@with_settings
@with_decoding_flags
@with_data_flags
@with_place_flags
@with_report_flags
def evaluate(
    settings: Settings,
    layout: DataFlags,
    decoding: DecodingFlags,
    wanted: ReportFlags,
    places: PlaceFlags,
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
) -> None:
    """Say how good scores are: metrics with intervals, and what to doubt about them."""
    from radzoo.cli.evaluate_masks import MasksAsked, evaluate_pairs
    from radzoo.cli.evaluate_output import write_everywhere
    from radzoo.workflows.evaluation.gates import judge_gates, parse_gate
    from radzoo.workflows.evaluation.mask_runs import find_mask_run

    gates = [parse_gate(expr) for expr in wanted.fail_if or ()]
    run = find_mask_run(given, data)
    about_masks = wanted.task == "segmentation" or run is not None
    places.check(data, masks=about_masks)
    check_needs_data(data, split, decoding)
    allowed = allowed_refusals(max_refused, strict=strict)
    if about_masks:
        refuse_data_with_pairs(given, run, data)
        options = read_options(wanted, layout, settings)
        asked = MasksAsked(given, options, layout, decoding, places, data, split, allowed)
        result = evaluate_pairs(asked, run, settings)
    else:
        scored = Scored(data, layout, decoding, split, allowed)
        result = evaluate_scores(given, wanted, places, scored, settings)
    report = result.report.model_copy(update={"gates": judge_gates(result.report, gates)})
    write_everywhere(replace(result, report=report), places, settings)


@dataclass(frozen=True)
class Scored:
    """Data that are to be scored first, and how; `data` is None where scores are given."""

    data: Path | None
    layout: DataFlags
    decoding: DecodingFlags
    split: SplitName | None
    max_refused: float


def evaluate_scores(
    given: str, wanted: ReportFlags, places: PlaceFlags, scored: Scored, settings: Settings
) -> "Evaluated":
    """Judge scores that a file, a run or a model gives."""
    from radzoo.cli.evaluate_output import Evaluated
    from radzoo.workflows.audit.cheap import with_findings
    from radzoo.workflows.evaluation.gallery import make_gallery
    from radzoo.workflows.evaluation.recalibration import fit_recalibration
    from radzoo.workflows.evaluation.source import (
        evaluate_source,
        find_thresholds,
        find_validation,
        load_source,
        name_thresholds,
    )

    layout, doubts = scored.layout, list[str]()
    columns = wanted.columns(layout)
    predict = None if scored.data is None else predictor(scored, settings, doubts.append)
    source = load_source(given, columns=columns, predict=predict, data=scored.data)
    source = replace(source, warnings=(*source.warnings, *doubts))
    validation = find_validation(wanted.on, source, columns, wanted.needing_validation)
    threshold = find_thresholds(wanted.threshold, source, validation if wanted.on else None)
    options = replace(
        read_options(wanted, layout, settings),
        threshold=threshold,
        threshold_file=name_thresholds(wanted.threshold, source, wanted.on),
        validation=validation,
    )
    report = evaluate_source(source, options)
    known = report.provenance
    report = with_findings(
        report, source.predictions, thresholds=source.thresholds,
        judged_sha256=known.predictions_sha256,
    )  # fmt: skip
    if wanted.beside:
        from radzoo.workflows.beside import put_beside

        others, said = put_beside(source, given, wanted.beside, columns, options)
        doubted = [*report.warnings, *(one for one in said if one not in report.warnings)]
        report = report.model_copy(update={"beside": others, "warnings": doubted})
    fitted = options.validation if options.recalibrate else None
    on_page = places.report is not None or places.out is not None
    return Evaluated(
        report,
        known.run or known.model or known.predictions or "Evaluation",
        source.predictions,
        source.history,
        source.config,
        make_gallery(
            source.predictions,
            report,
            pictures=find_pictures(scored, source.config) if places.with_images else None,
            with_ids=places.with_ids,
        )
        if on_page
        else (),
        fit_recalibration(fitted, str(options.recalibrate)) if fitted else None,
        threshold if wanted.on and isinstance(threshold, tuple) else (),
    )


def find_pictures(scored: Scored, config: "Mapping[str, object] | None") -> "Pictures":
    """Return where the images of the scored cases are, and how a network saw their regions."""
    from radzoo.core.decoding import Decoding
    from radzoo.data.load import load_manifest
    from radzoo.data.options import DataOptions
    from radzoo.workflows.evaluation.gallery import Pictures
    from radzoo.workflows.evaluation.region_picture import form_of

    if scored.data is None:
        return Pictures()
    options = scored.layout.over(DataOptions(needs_targets=False))
    manifest = load_manifest(scored.data, options=options)
    decoding = scored.decoding.over(Decoding())
    cases = {case.case_id: case for case in manifest.cases}
    return Pictures(cases, decoding.window, form=form_of(config, decoding))


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


def refuse_data_with_pairs(given: str, run: "MaskRun | None", data: Path | None) -> None:
    """Refuse to find masks in data with a table of masks.

    Raises:
        UsageError: if that is asked for.
    """
    if data is not None and run is None:
        raise UsageError(
            f"{given} is no run that segments; data are for a run",
            id="data-with-predictions",
            hint="leave --data away, or name the folder of a run",
        )


def read_options(wanted: ReportFlags, layout: DataFlags, settings: Settings) -> "EvaluateOptions":
    """Turn what the user said into options of the workflow."""
    from radzoo.workflows.evaluation.options import EvaluateOptions

    return EvaluateOptions(
        task=wanted.task,
        ci=wanted.ci,
        n_boot=wanted.n_boot,
        level=wanted.level,
        cluster="patient" if wanted.cluster is Cluster.PATIENT else "none",
        seed=settings.seed,
        by=wanted.columns_by,
        prevalences=wanted.prevalences,
        decision_thresholds=wanted.decision_thresholds,
        decision_prevalence=wanted.decision_prevalence,
        curves=wanted.curves,
        recalibrate=wanted.recalibrate,
        conformal=wanted.conformal_alphas,
        horizons=wanted.horizons,
        half_width=wanted.half_width,
        hosmer_lemeshow=wanted.hosmer_lemeshow,
        tolerance_mm=wanted.tolerance_mm,
        structures=layout.named_structures,
    )


def predictor(scored: Scored, settings: Settings, doubt: Callable[[str], None]) -> "Predict":
    """Return a function that lets a run or a model of the zoo score data; it needs torch.

    What the report must say of the data is told to `doubt`.
    """

    def predict(name: str) -> "Predictions":
        from radzoo.core.decoding import Decoding
        from radzoo.data.options import DataOptions
        from radzoo.workflows.evaluation.data import DataRequest, predict_for_evaluation
        from radzoo.zoo.store import cache_root

        if scored.data is None:
            raise ValueError("there are no data to be scored")
        request = DataRequest(
            data=scored.data,
            cache=cache_root(settings.cache_dir),
            options=scored.layout.over(DataOptions()),
            decoding=scored.decoding.over(Decoding()),
            split=None if scored.split is None else scored.split.value,
            max_refused=scored.max_refused,
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
            note=lambda message: None if settings.quiet else say(message),
        )

    return predict
