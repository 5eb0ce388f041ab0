"""`radzoo predict` of networks that segment: a mask for each case, and a table of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from radzoo.cli.console import progress, say, write_json, write_line
from radzoo.cli.options import Format, Settings

if TYPE_CHECKING:
    from radzoo.workflows.segmentation.predict import MaskRequest
    from radzoo.workflows.segmentation.ready import ReadyMasks


def predict_and_show(
    open_networks: "Callable[[], ReadyMasks]",
    request: "MaskRequest",
    settings: Settings,
    *,
    overwrite: bool,
) -> None:
    """Write the masks of every case and show where the table is.

    Args:
        open_networks: builds them, once the place is known to be free.
        request: what the user asks for.
        settings: of every command.
        overwrite: may masks be replaced?

    Raises:
        UsageError: if the place may not be written to.
    """
    from radzoo.workflows.segmentation.predict import check_masks_out, predict_masks

    check_masks_out(request.out, overwrite=overwrite)
    found = predict_masks(
        open_networks(),
        request,
        track=progress("Segmenting", quiet=settings.quiet),
        warn=lambda message: say(f"warning: {message}"),
    )
    if settings.output is Format.JSON:
        write_json(
            {
                "schema_version": 1,
                "pairs": str(found.pairs),
                "structures": list(found.structures),
                "n_cases": found.n_cases,
                "n_refused": len(found.refused),
            }
        )
        return
    from radzoo.render.words import plural

    write_line(str(found.pairs))
    if not settings.quiet:
        say(f"{plural(found.n_cases, 'case')} segmented, {len(found.refused)} refused")
