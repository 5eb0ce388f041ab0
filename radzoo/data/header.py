"""DICOM headers of many files, read by the guard, and what of them goes into a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from radzoo.core.case import Refused
from radzoo.data.folder import Found
from radzoo.data.guard import Guard, Request, default_workers
from radzoo.data.options import DataOptions
from radzoo.data.patients import hash_identifier
from radzoo.data.refusal import describe_reason


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one file.

    Attributes:
        facts: as `readers.dicom_header.read_header` gives them; they hold identifiers in
            clear, for matching only.
    """

    facts: Mapping[str, Any]

    @property
    def has_pixels(self) -> bool:
        """Is it an image at all?"""
        return bool(self.facts.get("has_pixels", True))

    def identifier(self, keyword: str) -> str:
        """Return an identifier in clear: never to be shown or stored."""
        return str(self.facts.get(keyword, ""))

    @property
    def patient_id(self) -> str:
        """The patient, hashed."""
        return hash_identifier(self.identifier("PatientID"))

    @property
    def study_id(self) -> str:
        """The study, hashed."""
        return hash_identifier(self.identifier("StudyInstanceUID"))

    @property
    def series_id(self) -> str:
        """The series, hashed."""
        return hash_identifier(self.identifier("SeriesInstanceUID"))

    @property
    def groups(self) -> dict[str, str]:
        """Site (hashed), scanner, sex, age and view, as far as the header says."""
        make = (str(self.facts.get("manufacturer", "")), str(self.facts.get("model", "")))
        groups = {
            "site": hash_identifier(str(self.facts.get("institution", ""))),
            "scanner": " ".join(part for part in make if part),
            **{name: str(self.facts.get(name, "")) for name in ("sex", "age", "view")},
        }
        return {name: value for name, value in groups.items() if value}

    @property
    def date(self) -> str:
        """The day of the image: to hold out a period, never to be shown or stored."""
        return str(self.facts.get("date", ""))


NO_HEADER = Header({})


def read_headers(
    files: Sequence[Found], options: DataOptions
) -> tuple[dict[str, Header], list[Refused]]:
    """Read the headers of the DICOM files among `files`; other files have an empty one.

    Returns:
        name of the file to its header, and the files whose header cannot be read.
    """
    headers: dict[str, Header] = {file.name: NO_HEADER for file in files if not file.dicom}
    refused: list[Refused] = []
    dicom = [file for file in files if file.dicom]
    if dicom:
        with Guard(options.workers or default_workers()) as guard:
            answers = guard.map(Request("header", file.path) for file in dicom)
            for file, answer in zip(dicom, answers, strict=True):
                if answer.refused is None:
                    headers[file.name] = Header(answer.fields["header"])
                else:
                    refused.append(Refused(file.name, describe_reason(answer.refused)))
    return headers, refused
