"""What to do where all cases were refused for one reason."""

import pytest

from radzoo.core.case import Refused
from radzoo.core.errors import RefusedError
from radzoo.data.refusal import describe_reason
from radzoo.workflows.refusals import check_refused


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("no-volume", "no-volume"), "--data-format dicom-series"),
        (("volume",), "radzoo data prepare takes them with --slices"),
        (("not-hounsfield",), "leave --window out"),
        (("volume", "no-volume"), "mend or remove them"),
    ],
)
def test_a_reason_that_all_share_has_its_own_hint(codes, said):
    refused = [Refused(f"c{at}", describe_reason(code)) for at, code in enumerate(codes)]
    with pytest.raises(RefusedError) as caught:
        check_refused(refused, len(refused), allowed=0.05)
    assert said in caught.value.hint
