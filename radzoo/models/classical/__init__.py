"""Classical models on rows of numbers: what deep learning has to be better than."""

from radzoo.core.registry import Registry
from radzoo.models.classical.estimator import Estimator

ESTIMATORS: Registry[Estimator] = Registry(
    "estimator",
    {
        "logistic": "radzoo.models.classical.logistic:ESTIMATOR",
        "forest": "radzoo.models.classical.forest:ESTIMATOR",
        "forest-numbers": "radzoo.models.classical.forest:NUMBERS",
        "ridge": "radzoo.models.classical.ridge:ESTIMATOR",
        "cox": "radzoo.models.classical.cox:ESTIMATOR",
    },
)
