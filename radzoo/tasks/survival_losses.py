"""Losses of times to an event: Cox's partial likelihood, and hazards of intervals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def cox_loss(outputs: "Tensor", targets: "Tensor", *, ties: str = "efron") -> "Tensor":
    """Minus the logarithm of the partial likelihood, per case that something is known of.

    **The cases given are the risk set**: each event is compared with those of them that were
    still watched then. A batch, or a piece of one, is a stratum of its own, so the losses of
    pieces, weighed by their known cases, add up to that of a stratified partial likelihood,
    whose maximum tends to the same coefficients. Its value depends on the number of cases: that
    of a batch and that of the validation cannot be compared.

    It is reckoned on the CPU in double precision; the outputs are few.

    Args:
        outputs: `(n, 1)`, logarithms of hazards, up to a constant.
        targets: `(n, 2)`, time and event 1, or 0 = censored; NaN = unknown, counts nothing.
        ties: `efron`, or `breslow`, for events at the same time.

    Returns:
        A scalar; 0 without any event.

    References:
        Cox DR. Regression models and life-tables. Journal of the Royal Statistical Society B
        1972;34:187-220. Efron B. The efficiency of Cox's likelihood function for censored
        data. Journal of the American Statistical Association 1977;72:557-565.
    """
    import torch

    known = targets.isfinite().all(dim=1)
    risk = outputs[known, 0].double().cpu()
    time, event = targets[known].double().cpu().unbind(1)
    died = event > 0
    if not died.any():
        return outputs.sum() * 0.0
    top = risk.detach().max()
    weight = (risk - top).exp()
    moments, step = torch.unique(time, return_inverse=True)
    none = weight.new_zeros(len(moments))
    at = none.index_add(0, step, weight)
    watched = at.flip(0).cumsum(0).flip(0)
    tied = none.index_add(0, step, weight * died)
    deaths = torch.bincount(step[died], minlength=len(moments))
    # Of d events at one time, Efron leaves 0/d, 1/d ... of their own weight out.
    place = step[died].sort().values
    first = deaths.cumsum(0) - deaths
    share = (torch.arange(len(place)) - first[place]).double() / deaths[place]
    if ties == "breslow":
        share = torch.zeros_like(share)
    left = watched[place] - share * tied[place]
    least = torch.finfo(left.dtype).tiny
    likelihood = risk[died].sum() - (left.clamp(min=least).log() + top).sum()
    return (-likelihood / len(risk)).to(outputs)


def discrete_time_loss(outputs: "Tensor", targets: "Tensor", cuts: Sequence[float]) -> "Tensor":
    """Minus the logarithm of the likelihood of hazards, per case that something is known of.

    An event in an interval was preceded by surviving those before it. Who was censored in the
    second half of an interval counts as having survived it, in the first half not; who was
    watched beyond the last cut survived them all.

    Args:
        outputs: `(n, n_intervals)`, logits of the hazard in each interval.
        targets: `(n, 2)`, time and event 1, or 0 = censored; NaN = unknown, counts nothing.
        cuts: the ends of the intervals, rising; an interval holds its end, not its beginning.

    References:
        Gensheimer MF, Narasimhan B. A scalable discrete-time survival model for neural
        networks. PeerJ 2019;7:e6257. Section "Loss function".
    """
    import torch
    from torch.nn.functional import logsigmoid

    ends = outputs.new_tensor(list(cuts))
    starts = torch.cat([ends.new_zeros(1), ends[:-1]])
    known = targets.isfinite().all(dim=1)
    time, event = targets.nan_to_num()[:, :, None].unbind(1)
    died = (event > 0) & (time > starts) & (time <= ends)
    survived = torch.where(event > 0, time > ends, time >= (starts + ends) / 2)
    each = -(survived * logsigmoid(-outputs) + died * logsigmoid(outputs)).sum(dim=1)
    return (each * known).sum() / known.sum().clamp(min=1)
