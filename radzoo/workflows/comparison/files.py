"""Compare what is given: files say by their columns whether they hold masks' values."""

from collections.abc import Sequence

from radzoo.core.compare_report import CompareReport
from radzoo.core.predictions import Columns
from radzoo.workflows.comparison.compare import compare_models
from radzoo.workflows.comparison.mask_sources import are_masks, load_masks
from radzoo.workflows.comparison.masks import compare_masks
from radzoo.workflows.comparison.options import CompareOptions, check_compare_options
from radzoo.workflows.comparison.sources import load_sources


def compare_files(given: Sequence[str], columns: Columns, options: CompareOptions) -> CompareReport:
    """Read models and say how far apart they are.

    Args:
        given: predictions files and folders of runs, or tables of values of masks and folders
            of their evaluations.
        columns: how foreign predictions files name their columns.
        options: what is wanted.

    Raises:
        InputError: if one cannot be read, or they do not fit together.
        UsageError: if an option does not make sense for them.
    """
    check_compare_options(options, given)
    if options.task == "segmentation" or (options.task is None and are_masks(given)):
        return compare_masks(load_masks(given), given, options)
    return compare_models(load_sources(given, columns), given, options)
