"""Real data as a user would lay them out."""

import csv

import pytest


@pytest.fixture(scope="session")
def kermany(real_data, tmp_path_factory):
    """A manifest of `kermany_cxr` whose training patients do not occur in the test split.

    170 patients of the given test split also have training images: their training images
    are left out, so that the official test split stays whole.
    """
    folder = real_data / "kermany_cxr"
    with (folder / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    tested = {row["patient"] for row in rows if row["split"] == "test"}
    kept = [row for row in rows if row["split"] == "test" or row["patient"] not in tested]
    manifest = tmp_path_factory.mktemp("kermany") / "manifest.csv"
    with manifest.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case_id", "path", "patient_id", "split", "target:pneumonia"])
        for row in kept:
            name = f"{row['split']}/{row['label']}/{row['file']}"
            positive = int(row["label"] == "PNEUMONIA")
            writer.writerow([name, folder / name, row["patient"], row["split"], positive])
    return manifest


@pytest.fixture
def metrics_of(radzoo):
    """Run a command with `--json` and give its metrics by name."""
    import json

    def run(*arguments):
        code, out, err = radzoo(*arguments, "--json")
        assert code == 0, err
        return {one["name"]: one for one in json.loads(out)["metrics"]}

    return run
