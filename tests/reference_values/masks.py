"""Segmentation: masks against masks."""

from collections.abc import Mapping
from math import prod

import numpy as np

from radzoo.metrics.masks.border import find_border
from radzoo.metrics.masks.boundary_iou import boundary_iou
from radzoo.metrics.masks.overlap import (
    count_overlap,
    dice,
    iou,
    voxel_precision,
    voxel_sensitivity,
)
from radzoo.metrics.masks.surfaces import assd, hd, hd95, masd, measure_surfaces, nsd
from reference_values.files import REFERENCE, Check, Found, given


def tolerance_of(name: str) -> float:
    return float(name.rpartition("_")[2])


def segmentation(case: Mapping) -> Found:
    args, wanted = case["args"], case["result"]
    with np.load(REFERENCE / "data" / case["data"]) as arrays:
        reference, prediction = (arrays[name] > 0 for name in args["arrays"])
    spacing = args["spacing"]
    overlap = count_overlap(reference, prediction)
    volumes = overlap.reference * prod(spacing), overlap.prediction * prod(spacing)
    found: Found = {
        "tp": overlap.true_positive,
        "fp": overlap.false_positive,
        "fn": overlap.false_negative,
        "tn": int(np.count_nonzero(~reference & ~prediction)),
        "volume_gt": volumes[0],
        "volume_pred": volumes[1],
        "abs_volume_diff": abs(volumes[1] - volumes[0]),
        "rel_volume_diff": (volumes[1] - volumes[0]) / volumes[0] if volumes[0] else None,
        "dice": given(lambda: dice(overlap)),
        "iou": given(lambda: iou(overlap)),
        "sensitivity": given(lambda: voxel_sensitivity(overlap)),
        "precision": given(lambda: voxel_precision(overlap)),
    }
    surfaces = given(lambda: measure_surfaces(reference, prediction, spacing))
    if surfaces is None:
        return {**found, "border_voxel_definition": None}
    of_border = {
        "n_border_gt": int(find_border(reference).sum()),
        "n_border_pred": int(find_border(prediction).sum()),
        "hd": hd(surfaces),
        "hd95_max_of_percentiles": hd95(surfaces),
        "hd95_pooled": float(
            np.percentile(np.concatenate([surfaces.of_reference, surfaces.of_prediction]), 95)
        ),
        "assd_pooled": assd(surfaces),
        "masd_mean_of_means": masd(surfaces),
        "asd_pred_to_gt": float(surfaces.of_prediction.mean()),
        "asd_gt_to_pred": float(surfaces.of_reference.mean()),
    }
    of_border |= {
        name: nsd(surfaces, tolerance_of(name))
        for name in wanted["border_voxel_definition"]
        if name.startswith("nsd_voxel_")
    }
    monai = {
        "hd": hd(surfaces),
        "hd95": hd95(surfaces),
        "asd_symmetric": assd(surfaces),
        "asd_pred_to_gt": float(surfaces.of_prediction.mean()),
        "dice": dice(overlap),
    }
    monai |= {
        name: nsd(surfaces, tolerance_of(name))
        for name in wanted["monai"]
        if name.startswith("surface_dice_") and "subvoxel" not in name
    }
    reloaded = {
        "dsc": dice(overlap),
        "iou": iou(overlap),
        "hd": hd(surfaces),
        "hd95": hd95(surfaces),
        "assd": assd(surfaces),
        "masd": masd(surfaces),
        "boundary_iou": boundary_iou(reference, prediction),
    }
    reloaded |= {
        name: nsd(surfaces, tolerance_of(name))
        for name in wanted["metrics_reloaded"]
        if name.startswith("nsd_")
    }
    return {
        **found,
        "border_voxel_definition": of_border,
        "monai": monai,
        "metrics_reloaded": reloaded,
    }


METHODS: dict[str, Check] = {"segmentation": segmentation}
NOT_APPLICABLE: dict[str, str] = {}
SURFELS = "weighs surface elements by area: another definition with other numbers"
EMPTY = "of empty masks the packages disagree (Inf, nan, 0, 1): radzoo counts them apart"
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {
    "segmentation.deepmind_surface_distance": SURFELS,
    "segmentation.monai.surface_dice_subvoxel_*": SURFELS,
    "segmentation.monai": EMPTY,
    "segmentation.metrics_reloaded": EMPTY,
    "segmentation.metrics_reloaded.cldice": "of tubes and their skeletons, not of organs",
}
