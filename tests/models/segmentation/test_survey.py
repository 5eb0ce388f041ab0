import numpy as np

from radzoo.models.segmentation import survey as module
from radzoo.models.segmentation.greys import Greys
from radzoo.models.segmentation.survey import survey, thin_out


def test_structures_and_where_they_are(make_plan):
    stored = np.zeros((5, 6), np.uint16)
    stored[1:4, 1:4] = 9
    classes = np.zeros((5, 6), np.uint8)
    classes[2, 4], classes[1, 1:3], classes[4, 0] = 2, 1, 255
    found = survey(stored, classes, Greys(make_plan()))
    assert [places.tolist() for places in found.places] == [[7, 8], [16]]
    assert found.box == (slice(1, 4), slice(1, 5))


def test_nothing_there(make_plan):
    found = survey(np.zeros((5, 6), np.uint16), np.zeros((5, 6), np.uint8), Greys(make_plan()))
    assert found.places == ()
    assert found.box == (slice(0, 5), slice(0, 6))


def test_few_voxels_are_remembered(make_plan, monkeypatch):
    monkeypatch.setattr(module, "PLACES", 10)
    classes = np.repeat(np.array([[1], [2]], np.uint8), 100, axis=1)
    found = survey(classes, classes, Greys(make_plan()))
    assert [len(places) for places in found.places] == [5, 5]
    assert thin_out(np.arange(101), 5).tolist() == [0, 25, 50, 75, 100]
