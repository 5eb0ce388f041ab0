"""Quantiles and tails of t and F: scipy.special is loaded when one is asked for."""


def t_quantile(degrees_of_freedom: float, probability: float) -> float:
    """Return the quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, probability))


def f_quantile(numerator: float, denominator: float, probability: float) -> float:
    """Return the quantile of F."""
    from scipy.special import fdtri

    return float(fdtri(numerator, denominator, probability))


def f_tail(numerator: float, denominator: float, value: float) -> float:
    """Return the probability of an F larger than `value`."""
    from scipy.special import fdtrc

    return float(fdtrc(numerator, denominator, value))
