"""The phantom generator: the same bits for ever, options kept, masks that fit."""

import hashlib

import numpy as np
import pytest

from radzoo.demo.phantom import Phantom, PhantomOptions, draw_phantom
from radzoo.demo.phantom_detector import SCANNERS
from radzoo.demo.phantom_opacities import KINDS

SMALL = PhantomOptions(size=64)


def digest(phantom: Phantom) -> str:
    content = hashlib.sha256(phantom.pixels.astype("<u2").tobytes())
    for mask in (phantom.lungs, phantom.heart, phantom.opacity):
        content.update(mask.astype(np.uint8).tobytes())
    return content.hexdigest()[:16]


@pytest.fixture(scope="module")
def many() -> list[Phantom]:
    return [draw_phantom(seed, SMALL) for seed in range(400)]


@pytest.mark.parametrize(
    ("seed", "options", "expected"),
    [
        pytest.param(0, PhantomOptions(), "b2e0e3882d540c54", id="default"),
        pytest.param(1, PhantomOptions(positive=True), "d00c112b6bd47997", id="ill"),
        pytest.param(2, PhantomOptions(size=96, age=0.5, sex="F"), "6986a298a898f205", id="infant"),
        pytest.param(3, PhantomOptions(size=512, scanner="CR-2"), "4e712e61e8a2f9ae", id="large"),
        pytest.param(2**40, PhantomOptions(size=33, site="B"), "f9d1b3133bb08d93", id="odd size"),
    ],
)
def test_golden_bits(seed, options, expected):
    assert digest(draw_phantom(seed, options)) == expected


def test_golden_bits_of_every_kind(many):
    drawn = "".join(digest(phantom) for phantom in many)
    assert {phantom.kind for phantom in many} == {*KINDS, "none"}
    assert hashlib.sha256(drawn.encode()).hexdigest()[:16] == "d4173eace1da2c11"


def test_same_seed_same_picture_other_seed_another():
    assert digest(draw_phantom(5, SMALL)) == digest(draw_phantom(5, SMALL))
    assert digest(draw_phantom(5, SMALL)) != digest(draw_phantom(6, SMALL))


def test_pixels_are_twelve_bit_and_dense_is_bright(many):
    for phantom in many:
        assert phantom.pixels.dtype == np.uint16
        assert phantom.pixels.shape == (64, 64)
        assert phantom.pixels.max() <= 4095
    healthy = [phantom for phantom in many if not phantom.label]
    assert all(p.pixels[p.lungs].mean() < p.pixels[p.heart].mean() for p in healthy)


def test_masks_fit(many):
    for phantom in many:
        assert 0.06 < phantom.lungs.mean() < 0.6
        assert phantom.heart.any()
        assert not (phantom.lungs & phantom.heart).any()
        assert not (phantom.opacity & ~phantom.lungs).any()


def test_only_positives_hold_an_opacity(many):
    for phantom in many:
        assert phantom.opacity.any() == (phantom.label == 1) == (phantom.kind != "none")
        assert phantom.opacity_fraction == phantom.opacity.sum() / phantom.lungs.sum()


def test_positive_and_negative_twins_differ_only_where_the_disease_is():
    ill = draw_phantom(11, PhantomOptions(size=64, positive=True, severity=(1.0, 1.0)))
    well = draw_phantom(11, PhantomOptions(size=64, positive=False))
    assert np.array_equal(ill.lungs, well.lungs)
    brighter = ill.pixels.astype(int) - well.pixels
    assert brighter[ill.opacity].mean() > 40
    assert abs(brighter[~ill.lungs]).mean() < brighter[ill.opacity].mean() / 3


def test_anatomy_spreads(many):
    ages = np.array([phantom.age for phantom in many])
    ratios = np.array([phantom.heart_ratio for phantom in many])
    assert ages.min() < 2
    assert ages.max() > 85
    assert 0.4 < np.mean([phantom.sex == "F" for phantom in many]) < 0.6
    assert 0.35 < ratios.min() < 0.48
    assert 0.58 < ratios.max() < 0.80
    assert ratios[ages < 3].mean() > ratios[(ages > 15) & (ages < 40)].mean() + 0.02
    assert {phantom.scanner for phantom in many} == set(SCANNERS)


def test_prevalence():
    options = PhantomOptions(size=32, prevalence=0.2)
    share = np.mean([draw_phantom(seed, options).label for seed in range(400)])
    assert 0.14 < share < 0.26


@pytest.mark.parametrize(("shortcut", "low", "high"), [(0.0, 0.42, 0.58), (0.8, 0.84, 0.96)])
def test_shortcut_ties_site_to_label(shortcut, low, high):
    options = PhantomOptions(size=32, site_shortcut=shortcut)
    phantoms = [draw_phantom(seed, options) for seed in range(400)]
    agreeing = np.mean([(phantom.site == "B") == (phantom.label == 1) for phantom in phantoms])
    assert low < agreeing < high


def test_a_whole_shortcut_leaves_no_exception_even_for_a_given_site():
    for site, label in (("A", 0), ("B", 1)):
        options = PhantomOptions(size=32, site=site, site_shortcut=1.0)
        assert {draw_phantom(seed, options).label for seed in range(20)} == {label}


def test_site_shows_in_the_picture():
    at_a, at_b = (
        draw_phantom(3, PhantomOptions(site=site, scanner="DX-1", positive=False)).pixels
        for site in ("A", "B")
    )
    share = (at_a != at_b).mean()
    assert 0.001 < share < 0.05


def test_options_are_kept():
    options = PhantomOptions(
        size=48, positive=True, age=44.0, sex="M", site="B", scanner="CR-2", patient_seed=9
    )
    phantom = draw_phantom(1, options)
    assert (phantom.label, phantom.age, phantom.sex) == (1, 44.0, "M")
    assert (phantom.site, phantom.scanner) == ("B", "CR-2")


def test_one_patient_has_one_anatomy_in_many_images():
    first, second = (draw_phantom(seed, PhantomOptions(patient_seed=4)) for seed in (100, 101))
    assert (first.age, first.sex) == (second.age, second.sex)
    assert not np.array_equal(first.lungs, second.lungs)


def test_severity_makes_opacities_larger():
    shares = [
        np.mean(
            [
                draw_phantom(
                    seed, PhantomOptions(size=64, positive=True, severity=(degree, degree))
                ).opacity_fraction
                for seed in range(80)
            ]
        )
        for degree in (0.0, 1.0)
    ]
    assert shares[1] > 1.5 * shares[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_given_kind_is_drawn(kind):
    ill = draw_phantom(12, PhantomOptions(size=64, positive=True, kind=kind))
    assert ill.kind == kind
    assert draw_phantom(12, PhantomOptions(size=64, positive=False, kind=kind)).kind == "none"


def test_infants_are_small_on_the_detector():
    infant, adult = (draw_phantom(8, PhantomOptions(age=age)).spacing_mm for age in (0.3, 40.0))
    assert infant < 0.6 * adult


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 16}, "size must be 32 to 2048"),
        ({"size": 4096}, "size must be 32 to 2048"),
        ({"prevalence": 1.1}, "prevalence"),
        ({"patient_seed": -1}, "patient_seed"),
        ({"age": -1.0}, "age"),
        ({"sex": "f"}, "sex must be F or M"),
        ({"site": "C"}, "site must be A or B"),
        ({"scanner": "MR"}, "scanner must be one of DX-1, CR-2"),
        ({"kind": "fracture"}, "kind must be one of lobar"),
        ({"site_shortcut": -0.1}, "site_shortcut"),
        ({"severity": (0.8, 0.2)}, "severity"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        PhantomOptions(**change)


@pytest.mark.parametrize("size", [32, 33, 100, 300])
def test_any_size_draws_in_single_precision(size, monkeypatch):
    from radzoo.demo import phantom

    seen = []

    def spy(density, scanner, stream):
        seen.append(density.dtype)
        return original(density, scanner, stream)

    original = phantom.expose
    monkeypatch.setattr(phantom, "expose", spy)
    for seed in range(6):
        assert draw_phantom(seed, PhantomOptions(size=size)).pixels.shape == (size, size)
    assert set(seen) == {np.dtype(np.float32)}
