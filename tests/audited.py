"""Small subjects of an audit, made by hand."""

from pathlib import Path

import numpy as np

from radzoo.checks.subject import Pictures, Question, Subject, Trained
from radzoo.core.case import Case


def audited(answers, *, patients=None, splits=None, columns=None, images=None, settings=None):
    """A subject with one question, `disease`, or those of a dictionary.

    Args:
        answers: 1, 0 or NaN of every case, or name to those.
        columns: name to one word for all or a word per case.
        settings: of a run; None = data alone.
    """
    named = answers if isinstance(answers, dict) else {"disease": answers}
    questions = tuple(Question(name, np.asarray(one, float)) for name, one in named.items())
    n = len(questions[0].positive)
    said = {name: (words,) * n if isinstance(words, str) else tuple(map(str, words))
            for name, words in (columns or {}).items()}  # fmt: skip
    nothing = np.zeros((n, 4), np.uint64)
    pictures = None if images is None else Pictures(
        images, nothing, nothing, np.zeros(n, "S16"), np.ones(n, bool)
    )  # fmt: skip
    return Subject(
        cases=tuple(Case(str(at), Path("x"), {}) for at in range(n)),
        questions=questions, reads="labels",
        splits=np.array([""] * n if splits is None else splits, dtype=np.str_),
        patients=None if patients is None else np.asarray(patients), columns=said,
        pictures=pictures, draws=50,
        model=None if settings is None else Trained("run", np.zeros((n, 1)), settings=settings),
    )  # fmt: skip
