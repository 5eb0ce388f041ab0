import numpy as np

from radzoo.metrics.masks.lesions import Lesions, count_lesions


def test_worked_by_hand():
    reference = np.array(
        [
            [1, 0, 0, 1, 0, 0, 0],
            [0, 1, 0, 0, 0, 0, 1],
            [0, 0, 0, 0, 0, 0, 1],
        ]
    ).astype(bool)
    prediction = np.array(
        [
            [0, 0, 0, 1, 0, 0, 0],
            [0, 1, 0, 0, 0, 0, 0],
            [1, 0, 0, 0, 1, 0, 0],
        ]
    ).astype(bool)
    # The reference's first lesion hangs together by a corner, and so does what meets it.
    assert count_lesions(reference, prediction) == Lesions(
        reference=3, found=2, prediction=3, false=1
    )
    assert count_lesions(prediction, reference) == Lesions(3, 2, 3, 1)


def test_corners_connect_in_three_dimensions():
    cube = np.zeros((2, 2, 2), dtype=bool)
    cube[0, 0, 0] = cube[1, 1, 1] = True
    assert count_lesions(cube, cube) == Lesions(1, 1, 1, 0)


def test_one_prediction_finds_all_it_covers():
    reference = np.array([[1, 0, 1, 0, 1]], dtype=bool)
    assert count_lesions(reference, np.ones((1, 5), dtype=bool)) == Lesions(3, 3, 1, 0)


def test_empty_masks_have_no_lesion():
    empty, full = np.zeros((3, 3), dtype=bool), np.ones((3, 3), dtype=bool)
    assert count_lesions(empty, empty) == Lesions(0, 0, 0, 0)
    assert count_lesions(empty, full) == Lesions(0, 0, 1, 1)
    assert count_lesions(full, empty) == Lesions(1, 0, 0, 0)
