"""RZ060: a heat map that hardly changes when the network is destroyed says nothing of it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.asking import asked_rows, asking_s
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Network, Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Matrix, Vector

ASKED: Final = 48
SEEDS: Final = 5
DEPTHS: Final = (0.1, 0.3, 0.6, 1.0)
ALIKE: Final = 0.40
BORDER: Final = 0.02
BORDER_MASS: Final = 0.20


def examine(subject: Subject) -> Outcome:
    """Give layers random weights from the last to the first, and compare the maps.

    A map of the trained network should be unlike that of the destroyed one, and unlike the edges
    of the image, which know nothing of any network.
    """
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    if network.explain is None or not network.layers:
        return Silent("not applicable", "nothing explains this network")
    rows = asked_rows(subject, "test", most=ASKED)
    if len(rows) < 5:
        return Silent("cannot judge", "the test split has fewer than five images")
    images = network.take(rows)
    trained = network.explain(rows, images, 0, 0, subject.seed)
    shown = [
        compare(network, rows, images, trained, max(1, round(depth * network.layers)), subject.seed)
        for depth in DEPTHS
    ]
    edges = edge_maps(images)
    edge_rho = float(np.mean([abs(spearman(*pair)) for pair in zip(trained, edges, strict=True)]))
    border = border_mass(trained)
    last = shown[-1]
    rho, ssim = float(last["rank_correlation"] or 0), float(last["ssim"] or 0)
    evidence = Evidence(
        n=len(rows), measure="rank correlation with the destroyed network", estimate=rho,
        facts={"ssim": ssim, "edges": edge_rho, "border_mass": border, "seeds": SEEDS},
        rows=shown,
    )  # fmt: skip
    severity: Severity | None = None
    if rho > ALIKE or ssim > ALIKE:
        severity = "error"
        message = (
            f"gradient maps hardly change when the network is destroyed (rank correlation "
            f"{rho:.2f}, structural similarity {ssim:.2f}): do not use them"
        )
    elif edge_rho > ALIKE:
        severity = "warning"
        message = (
            f"gradient maps are much like the edges of the image (rank correlation "
            f"{edge_rho:.2f}), which need no network"
        )
    elif border > BORDER_MASS:
        severity = "warning"
        message = f"{border:.0%} of the gradient lies on the outermost {BORDER:.0%} of the image"
    else:
        message = (
            f"gradient maps are the network's own: destroyed, they are alike by {rho:.2f} (rank "
            f"correlation) and {ssim:.2f} (structure), and by {edge_rho:.2f} to the image's edges"
        )
    return [Verdict(severity, message, evidence, claim="model")]


def compare(
    network: Network, rows: Rows, images: NDArray[np.generic], trained: Matrix, destroyed: int,
    seed: int,
) -> dict[str, Value]:  # fmt: skip
    """Return how alike maps are to those of the network without its last layers."""
    assert network.explain is not None
    rhos, ssims = [], []
    for at in range(SEEDS):
        other = network.explain(rows, images, 0, destroyed, seed + at)
        for one, another in zip(trained, other, strict=True):
            rhos.append(abs(spearman(one, another)))
            ssims.append(structural_similarity(one, another))
    return {
        "layers_destroyed": destroyed, "rank_correlation": float(np.mean(rhos)),
        "ssim": float(np.mean(ssims)),
    }  # fmt: skip


def spearman(one: Matrix, other: Matrix) -> float:
    """Return the rank correlation of two maps; 0 if either is constant."""
    from scipy.stats import rankdata

    ranks: list[Vector] = [np.asarray(rankdata(each.ravel())) for each in (one, other)]
    spread = float(np.prod([np.std(each) for each in ranks]))
    if not spread:
        return 0.0
    return float(np.mean((ranks[0] - ranks[0].mean()) * (ranks[1] - ranks[1].mean())) / spread)


def structural_similarity(one: Matrix, other: Matrix) -> float:
    """Return the mean structural similarity of two maps, each brought to the range 0 to 1.

    References:
        Wang Z et al. IEEE Transactions on Image Processing 2004;13:600-612. Equation 13, with
        windows of 7 x 7 that count evenly.
    """
    from scipy.ndimage import uniform_filter

    a, b = (as_shares(each) for each in (one, other))
    mean_a, mean_b = uniform_filter(a, 7), uniform_filter(b, 7)
    var_a = uniform_filter(a * a, 7) - mean_a**2
    var_b = uniform_filter(b * b, 7) - mean_b**2
    both = uniform_filter(a * b, 7) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    top = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return float(np.mean(top / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))))


def as_shares(one: Matrix) -> Matrix:
    """Bring a map to the range 0 to 1, its highest hundredth cut off."""
    high = float(np.quantile(one, 0.99))
    return np.asarray(np.clip(one / high, 0, 1)) if high > 0 else np.zeros_like(one)


def edge_maps(images: NDArray[np.generic]) -> Matrix:
    """Return how steep grey values are, as a map that knows nothing of a network."""
    from scipy.ndimage import gaussian_gradient_magnitude

    return np.stack([gaussian_gradient_magnitude(np.asarray(one, np.float64), 1) for one in images])


def border_mass(maps: Matrix) -> float:
    """Return the mean share of a map that lies on the outermost pixels."""
    size = maps.shape[-1]
    width = max(1, round(BORDER * size))
    inner = maps[:, width:-width, width:-width].sum(axis=(1, 2))
    whole = maps.sum(axis=(1, 2))
    return float(np.mean(1 - inner[whole > 0] / whole[whole > 0])) if (whole > 0).any() else 0.0


CHECK = Check(
    code="RZ060",
    trap="X1",
    title="heat maps that do not depend on the model",
    family="model",
    action="do not show these heat maps as reasons; look at what the model needs instead, by "
    "taking it away (RZ013, RZ051)",
    not_shown="a map that depends on the network may still point at the wrong place; only "
    "gradients were looked at",
    references=(
        Reference(
            source="Adebayo J et al. NeurIPS 2018",
            finding="some heat maps, guided backpropagation among them, stay the same when the "
            "network's weights are made random",
        ),
        Reference(
            source="Arun N et al. Radiology: Artificial Intelligence 2021;3:e200267",
            finding="all of eight methods failed at least one test of trustworthiness; AUPRC for "
            "localising was 0.024 to 0.224, of a U-Net 0.404",
        ),
    ),
    needs=frozenset({"network", "questions"}),
    slow=True,
    examine=examine,
    expected_s=lambda subject: asking_s(subject, 3 * ASKED * (1 + SEEDS * len(DEPTHS))),
)
