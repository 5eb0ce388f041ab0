import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError
from radzoo.data.load import DataOptions, load_manifest
from radzoo.workflows.planning import data_facts
from radzoo.workflows.planning.plan import make_plan
from radzoo.zoo.catalog import find_entry


def planned(entry, manifest, *, image_size=None, **wishes):
    return make_plan(
        entry, manifest, task="binary", wishes=wishes, image_size=image_size, gpu=False, threads=1
    )


@pytest.fixture
def squares(write_npz):
    return load_manifest(write_npz(), options=DataOptions())


def test_the_recipe_is_what_the_plan_says(entry, squares):
    plan, recipe = planned(entry, squares, epochs=7, mixup=0.3)
    for one in plan.proposals:
        if one.setting != "image_size":
            assert getattr(recipe, one.setting) == one.value
    assert {one.setting for one in plan.proposals if one.by == "user"} == {"epochs", "mixup"}


def test_images_are_not_opened_when_all_is_said(entry, squares, monkeypatch):
    monkeypatch.setattr(data_facts, "Guard", None)
    plan, _ = planned(entry, squares, image_size=32, augmentation="none")
    assert (plan.value("image_size"), plan.facts.n_looked_at) == (32, 0)


def folder_of(tmp_path, sizes):
    cases = []
    for number, (rows, columns) in enumerate(sizes):
        path = tmp_path / f"{number}.png"
        Pillow.fromarray(np.full((rows, columns), number, np.uint8)).save(path)
        targets = {"nodule": float(number % 2)}
        cases.append(Case(path.name, path, targets, patient_id=f"p{number // 2}", split="train"))
    return Manifest(tuple(cases), ("nodule",))


def test_the_longer_edge_counts_and_broken_files_do_not(tmp_path):
    manifest = folder_of(tmp_path, [(10, 40), (30, 20), (50, 50), (8, 8)])
    (tmp_path / "3.png").write_bytes(b"not an image")
    facts = data_facts.find_facts(manifest)
    edges = facts.longer_edges
    assert (edges.smallest, edges.median, edges.largest) == (30, 40, 50)
    assert facts.n_looked_at == 3
    assert (facts.splits["train"].n_cases, facts.splits["train"].n_patients) == (4, 2)
    assert facts.labels["nodule"]["train"].n_positive == 2


def test_many_cases_cost_no_more_than_few(tmp_path, monkeypatch):
    manifest = folder_of(tmp_path, [(8, 8)] * 9)
    monkeypatch.setattr(data_facts, "LOOKS", 4)
    assert data_facts.find_facts(manifest).n_looked_at == 4


def test_uneven_classes_are_told(entry, tmp_path):
    manifest = folder_of(tmp_path, [(8, 8)] * 4)
    reasons = {one.setting: one.reason for one in planned(entry, manifest)[0].proposals}
    assert "both classes are common (nodule: 50%)" in reasons["class_weights"]


def test_volumes_are_refused_before_any_network_is_built(squares):
    with pytest.raises(InputError):
        planned(find_entry("ct-fm-segresnet"), squares)
