import numpy as np

from radzoo.models.segmentation.cleanup import keep_largest, remove_small

LABELS = np.array(
    [
        [1, 1, 0, 0, 2],
        [1, 0, 0, 1, 0],
        [0, 0, 2, 0, 0],
        [2, 0, 2, 2, 0],
    ],
    dtype=np.uint8,
)


def test_only_the_largest_piece_stays():
    found = keep_largest(LABELS, [1, 2])
    assert found.tolist() == [
        [1, 1, 0, 0, 0],
        [1, 0, 0, 0, 0],
        [0, 0, 2, 0, 0],
        [0, 0, 2, 2, 0],
    ]
    assert LABELS[0, 4] == 2  # the given labels are left alone


def test_others_are_left_alone():
    found = keep_largest(LABELS, [1])
    assert np.array_equal(found == 2, LABELS == 2)
    assert np.array_equal(keep_largest(np.zeros((3, 3), np.uint8), [1]), np.zeros((3, 3)))


def test_small_pieces_go_by_their_volume():
    # Single pixels have 0.5 mm^2, the piece of three 1.5.
    found = remove_small(LABELS, [2], spacing_mm=(0.5, 1.0), least_mm3=1.5)
    assert np.argwhere(found == 2).tolist() == [[2, 2], [3, 2], [3, 3]]
    assert np.array_equal(found == 1, LABELS == 1)
    assert not (remove_small(LABELS, [2], spacing_mm=(0.5, 1.0), least_mm3=1.51) == 2).any()
