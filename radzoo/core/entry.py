"""One model of the zoo: where its weights are, what they expect, what they may be used for."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
RESERVED_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)


class Record(BaseModel):
    """A part of an entry: immutable, no unknown fields, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Architecture(Record):
    """The network: who builds it, under which name, with which arguments."""

    library: Literal["timm", "torchvision"]
    name: str
    arguments: dict[str, bool | int | float | str | list[int]] = {}


class File(Record):
    """What is known of a weights file before it is fetched.

    Attributes:
        sha256: of the whole file; null if nobody has measured it yet.
        sha256_prefix: its first digits where only they are published (as torchvision does
            in its file names); a guard against damage, not against an attacker.
        format: `torch` files hold a plain state dict and are converted once, in a child
            process; `pickle` files hold whole objects and are never opened.
    """

    sha256: Sha256 | None = None
    sha256_prefix: Annotated[str, Field(pattern=r"^[0-9a-f]{8,63}$")] | None = None
    size_bytes: Annotated[int, Field(gt=0)] | None = None
    format: Literal["safetensors", "torch", "pickle"] = "safetensors"


def _stays_inside(file: str) -> str:
    """Refuse a relative name that could lead out of the folder it belongs to."""
    if file.startswith("/") or "\\" in file or ".." in file.split("/"):
        raise ValueError("must be a relative path without '..'")
    return file


RelativeFile = Annotated[str, Field(min_length=1), AfterValidator(_stays_inside)]


class PackageSource(File):
    """A file inside an installed Python package."""

    kind: Literal["package"]
    package: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")]
    file: RelativeFile


class HubSource(File):
    """A file of a Hugging Face hub repository, kept in the shared Hugging Face cache."""

    kind: Literal["hub"]
    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
    file: RelativeFile
    revision: RelativeFile = "main"


class HttpsSource(File):
    """A file behind an https address; the hash, or its published start, is required."""

    kind: Literal["https"]
    url: Annotated[str, Field(pattern=r"^https?://")]

    @model_validator(mode="after")
    def _needs_a_hash(self) -> "HttpsSource":
        if self.sha256 is None and self.sha256_prefix is None:
            raise ValueError("an https source needs sha256 or sha256_prefix")
        return self


class LocalSource(File):
    """A file on this machine, absolute or relative to the registry file that names it."""

    kind: Literal["local"]
    path: str


WeightsSource = Annotated[
    PackageSource | HubSource | HttpsSource | LocalSource, Field(discriminator="kind")
]


class Preprocessing(Record):
    """What the network expects to be fed.

    Attributes:
        channels: 1 or 3; a grey image is repeated for 3.
        size: rows and columns in pixels.
        value_range: what the least dense and the densest grey value become, before
            `mean` and `std` (in units of that range) are applied.
        fit: how a non-square image becomes square: `pad` keeps all of it, `crop` keeps the
            middle, `squash` changes its proportions.
    """

    channels: Literal[1, 3]
    size: Annotated[int, Field(ge=16, le=4096)]
    value_range: tuple[float, float] = (0.0, 1.0)
    mean: list[float]
    std: list[float]
    photometric: Literal["bright-is-dense"] = "bright-is-dense"
    fit: Literal["pad", "crop", "squash"] = "pad"
    interpolation: Literal["bilinear", "bicubic"] = "bilinear"

    @field_validator("value_range", mode="before")
    @classmethod
    def _list_is_a_pair(cls, value: object) -> object:
        """YAML and JSON have no tuples."""
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _one_number_per_channel(self) -> "Preprocessing":
        if len(self.mean) != self.channels or len(self.std) != self.channels:
            raise ValueError("mean and std need one number per channel")
        if min(self.std) <= 0:
            raise ValueError("std must be positive")
        return self


class Licences(Record):
    """Licence of the code, of the weights and of the training data; null = not verified."""

    code: str | None
    weights: str | None
    data: str | None


class Citation(Record):
    """Whom to cite."""

    text: str
    doi: str | None = None
    arxiv: str | None = None


class ZooEntry(Record):
    """One model of the zoo.

    Attributes:
        task: what the published outputs are; `backbone` has none that fits radiology.
        labels: one name per output, null for an output that was never trained; the whole
            list is null when the outputs are not meant to be read (ImageNet classes).
        status: how far the entry was tested: listed (facts read), hash (download
            verified), loads (weights fit the architecture), selftest (known output).
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    summary: str
    task: Literal["backbone", "binary", "multilabel", "multiclass", "segmentation", "embedding"]
    modality: str
    family: str
    architecture: Architecture
    source: WeightsSource
    input: Preprocessing
    labels: list[str | None] | None = None
    license: Licences
    citation: Citation
    intended_use: str
    limits: str | None = None
    status: Literal["listed", "hash", "loads", "selftest"] = "listed"

    @field_validator("name")
    @classmethod
    def _safe_as_a_file_name(cls, name: str) -> str:
        if name.split(".")[0] in RESERVED_NAMES:
            raise ValueError(f"{name} is a reserved file name on Windows")
        return name
