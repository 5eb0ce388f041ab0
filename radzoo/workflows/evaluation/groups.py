"""What to say of intervals that come from draws of groups of very many patients."""

from radzoo.metrics.groups import count_groups
from radzoo.metrics.sample import Sample


def warn_of_groups(sample: Sample, *, n_boot: int) -> list[str]:
    """Say that groups were drawn where patients were put together, and what that costs."""
    n_groups = count_groups(sample)
    if n_groups is None or n_groups == sample.n_units or not n_boot:
        return []
    units = "cases" if sample.patients is None else "patients"
    return [
        f"Of {sample.n_units:,} {units} {n_groups:,} groups, put together by chance, were drawn "
        f"for bootstrap intervals: that leaves their width uncertain by about "
        f"{(2 * n_groups) ** -0.5:.1%}."
    ]
