"""Real masks against themselves moved by a voxel, with MONAI's values as the measure."""

import csv

import nibabel
import numpy as np
import pytest

from radzoo.workflows.evaluation.masks import evaluate_masks
from radzoo.workflows.evaluation.options import EvaluateOptions

pytestmark = pytest.mark.real
STRUCTURES = ((1, "anterior"), (2, "posterior"))


@pytest.mark.filterwarnings("ignore")
def test_hippocampi_as_monai_has_them(real_data, tmp_path):
    metrics = pytest.importorskip("monai.metrics")
    torch = pytest.importorskip("torch")
    rows, wanted = [], {}
    for at, file in enumerate(sorted((real_data / "hippocampus" / "labels").glob("*.nii.gz"))[:12]):
        image = nibabel.load(file)
        true = np.asarray(image.dataobj).astype(np.uint8)
        said = np.roll(true, 1, axis=at % 3)
        nibabel.save(nibabel.Nifti1Image(said, image.affine), tmp_path / file.name)
        rows.append([file.name, f"p{at}", file, file.name])
        spacing = nibabel.affines.voxel_sizes(image.affine)
        for number, name in STRUCTURES:
            one, other = (torch.from_numpy((mask == number)[None, None]) for mask in (true, said))
            wanted[file.name, name] = {
                "hd95": metrics.compute_hausdorff_distance(
                    other, one, include_background=True, percentile=95, spacing=spacing
                ),
                "nsd": metrics.compute_surface_dice(
                    other, one, [0.5], include_background=True, spacing=spacing
                ),
                "assd": metrics.compute_average_surface_distance(
                    other, one, include_background=True, symmetric=True, spacing=spacing
                ),
                "dice": metrics.compute_dice(other.float(), one.float()),
            }
    with (tmp_path / "pairs.csv").open("w", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(["case_id", "patient_id", "mask", "prediction"])
        writer.writerows(rows)
    options = EvaluateOptions(tolerance_mm=0.5, structures=STRUCTURES, n_boot=200)
    report = evaluate_masks(tmp_path / "pairs.csv", options).report
    assert (report.n_cases, report.n_refused) == (len(rows), 0)
    assert len(report.masks.cases) == len(wanted)
    for case in report.masks.cases:
        for name, value in wanted[case.case_id, case.label].items():
            assert case.values[name] == pytest.approx(float(value), rel=1e-5), (case.label, name)
