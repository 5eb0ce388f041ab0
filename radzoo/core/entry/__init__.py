"""One model of the zoo: where its weights are, what they expect, what they may be used for."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from radzoo.core.entry.architecture import Architecture as Architecture
from radzoo.core.entry.architecture import KeyRule as KeyRule
from radzoo.core.entry.facts import Citation as Citation
from radzoo.core.entry.facts import Licences as Licences
from radzoo.core.entry.facts import OperatingPoint as OperatingPoint
from radzoo.core.entry.facts import SelfTest as SelfTest
from radzoo.core.entry.preprocessing import PlaneInput as PlaneInput
from radzoo.core.entry.preprocessing import Preprocessing as Preprocessing
from radzoo.core.entry.preprocessing import VolumeInput as VolumeInput
from radzoo.core.entry.record import RESERVED_NAMES, Record, Text
from radzoo.core.entry.weights import ExternalSource as ExternalSource
from radzoo.core.entry.weights import File as File
from radzoo.core.entry.weights import HttpsAddress as HttpsAddress
from radzoo.core.entry.weights import HttpsSource as HttpsSource
from radzoo.core.entry.weights import HubAddress as HubAddress
from radzoo.core.entry.weights import HubSource as HubSource
from radzoo.core.entry.weights import LocalSource as LocalSource
from radzoo.core.entry.weights import NoSource as NoSource
from radzoo.core.entry.weights import PackageSource as PackageSource
from radzoo.core.entry.weights import WeightsSource as WeightsSource


class ZooEntry(Record):
    """One model of the zoo. Null is a fact that nobody has verified.

    Attributes:
        task: what the published outputs are; `backbone` has none that fits radiology,
            `embedding` gives features.
        labels: one name per output, null for an output that was never trained; the whole
            list is null when the outputs are not meant to be read (ImageNet classes).
        status: how far the entry was tested: listed (facts read), hash (download
            verified), loads (weights fit the architecture), selftest (known output).
        facts_from: where the facts were read.
        unverified: what was looked for and not found, in words.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    summary: Text
    task: Literal[
        "backbone",
        "binary",
        "multilabel",
        "multiclass",
        "regression",
        "survival",
        "segmentation",
        "detection",
        "landmarks",
        "registration",
        "reconstruction",
        "embedding",
    ]
    modality: Text
    family: Text
    architecture: Architecture
    source: WeightsSource
    input: Preprocessing
    labels: list[str | None] | None = None
    operating_points: list[OperatingPoint] = Field(default=[])
    license: Licences
    citation: Citation
    intended_use: Text
    limits: Text | None = None
    status: Literal["listed", "hash", "loads", "selftest"] = "listed"
    selftest: SelfTest | None = None
    facts_from: Text | None = None
    unverified: Text | None = None

    @field_validator("name")
    @classmethod
    def _safe_as_a_file_name(cls, name: str) -> str:
        if name.split(".")[0] in RESERVED_NAMES:
            raise ValueError(f"{name} is a reserved file name on Windows")
        return name

    @model_validator(mode="after")
    def _parts_agree(self) -> "ZooEntry":
        known = set(self.labels or [])
        for point in self.operating_points:
            if point.label not in known:
                raise ValueError(f"operating point of '{point.label}', which is no label")
        if self.status == "selftest" and self.selftest is None:
            raise ValueError("status selftest needs a selftest")
        return self

    @model_validator(mode="after")
    def _architecture_agrees(self) -> "ZooEntry":
        """Say where two fields state one fact differently: one of them is wrong."""
        n_labels = None if self.labels is None else len(self.labels)
        for names, field, stated in (
            (("in_chans", "in_channels"), "input.channels", self.input.channels),
            (("num_classes", "out_channels"), "the number of labels", n_labels),
        ):
            for name in names:
                given = self.architecture.arguments.get(name, stated)
                if stated is not None and given != stated:
                    raise ValueError(
                        f"architecture.arguments.{name} is {given}, {field} is {stated}"
                    )
        return self
