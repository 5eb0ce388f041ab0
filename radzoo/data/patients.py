"""Who a case belongs to, without saying who that is."""

import hashlib
import re
from typing import Final

from radzoo.core.errors import InputError
from radzoo.data.options import DataOptions
from radzoo.data.table import Table

PATIENT_COLUMNS: Final = ("patient_id", "patient", "PatientID", "subject_id", "subject", "mrn")


def hash_identifier(identifier: str) -> str:
    """Return 12 hexadecimal digits that stand for an identifier from a DICOM header.

    The same identifier gives the same digits on every machine, so that patients are grouped
    alike everywhere. It is a pseudonym and not anonymous: who can guess an identifier can
    check the guess.
    """
    if not identifier:
        return ""
    return hashlib.sha256(identifier.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def find_patient_column(table: Table, options: DataOptions) -> str | None:
    """Return the column of patient identifiers: the named one, else one of the usual names.

    Raises:
        InputError: if the named column is missing.
    """
    return table.require(options.patient) if options.patient else table.find(PATIENT_COLUMNS)


def match_patient(path: str, options: DataOptions) -> str:
    """Return the patient identifier that `--patient-regex` finds in a path, or nothing.

    Raises:
        InputError: if the expression is not valid or has no group.
    """
    if options.patient_regex is None:
        return ""
    try:
        expression = re.compile(options.patient_regex)
    except re.error:
        expression = None
    if expression is None or expression.groups < 1:
        raise InputError(
            f"'{options.patient_regex}' is not a regular expression with a group",
            id="bad-regex",
            hint=r"an example: --patient-regex '(person\d+)_'",
        )
    found = expression.search(path)
    return (found[1] or "") if found else ""
