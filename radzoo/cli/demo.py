"""`radzoo demo`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, write_json
from radzoo.cli.options import Format, Settings, with_settings

if TYPE_CHECKING:
    from radzoo.core.report import RunReport
    from radzoo.workflows.demo import Demo


@app.command()
@with_settings
def demo(
    settings: Settings,
    out: Annotated[Path, Option(help="Folder to be made.")] = Path("radzoo-demo"),
    patients: Annotated[int, Option(min=40, max=100_000, help="How many patients.")] = 500,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Replace an older demonstration at --out.")
    ] = False,
) -> None:
    """Do the main job on chest-radiograph phantoms: no network, no GPU, no data needed."""
    from radzoo.cli.finetune_output import show_run, write_page
    from radzoo.cli.training_display import watching
    from radzoo.workflows.demo import Demo, run_demo
    from radzoo.zoo.store import cache_root

    made = Demo(out)
    with watching(quiet=settings.quiet) as watcher:
        report = run_demo(
            made,
            cache=cache_root(settings.cache_dir),
            seed=settings.seed,
            device=settings.device,
            watcher=watcher,
            draw=write_page,
            track=progress("Drawing phantoms", quiet=settings.quiet),
            overwrite=overwrite,
            patients=patients,
        )
    if settings.output is Format.JSON:
        write_json(as_document(report, made))
        return
    show_run(report, settings)
    if not settings.quiet:
        say("try next:")
        for command in next_commands(made):
            say(f"  {command}")


def as_document(report: "RunReport", made: "Demo") -> dict[str, object]:
    """Return the report of the run, with the data and the commands to try."""
    from radzoo.render.json import to_json

    document = dict(to_json(report))
    return document | {"data": str(made.images), "next": next_commands(made)}


def next_commands(made: "Demo") -> list[str]:
    """Return three commands that go on from here."""
    images, labels = shlex.quote(str(made.images)), shlex.quote(str(made.labels))
    run, probe = shlex.quote(str(made.run)), shlex.quote(str(made.folder / "probe"))
    page = shlex.quote(str(made.folder / "report.html"))
    return [
        f"radzoo data describe {images} --labels {labels}",
        f"radzoo evaluate {run} --report {page}",
        f"radzoo finetune radzoo-phantom-tiny --data {images} --labels {labels} "
        f"--strategy LP --out {probe}",
    ]
