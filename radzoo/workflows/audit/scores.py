"""Scores of several files, row by row beside the cases of an audit."""

from collections.abc import Sequence

import numpy as np

from radzoo.checks.subject import Question
from radzoo.core.case import Case
from radzoo.core.plugins import Matrix
from radzoo.core.predictions import Predictions


def scores_of(
    predictions: Sequence[Predictions], cases: Sequence[Case], questions: Sequence[Question],
    reads: str,
) -> Matrix:  # fmt: skip
    """Lay scores out row by row, a column for each question; NaN where nothing was said."""
    scores = np.full((len(cases), len(questions)), np.nan)
    place = {case.case_id: row for row, case in enumerate(cases)}
    for said in predictions:
        columns = [
            said.labels.index(question.name) if reads in ("labels", "class") else at
            for at, question in enumerate(questions)
        ]
        for row, case_id in enumerate(said.case_ids):
            if case_id in place:
                scores[place[case_id]] = said.scores[row, columns]
    return scores
