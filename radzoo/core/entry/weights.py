"""Where the weights of an entry are, and what is known of the file before it is fetched."""

from typing import Annotated, Literal

from pydantic import Field

from radzoo.core.entry.record import Record, RelativeFile, Text

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Repository = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
Url = Annotated[str, Field(pattern=r"^https?://")]


class File(Record):
    """What is known of a weights file before it is fetched.

    Attributes:
        sha256: of the whole file; null if nobody has measured it yet. The first file that
            comes is then trusted, and remembered.
        sha256_prefix: its first digits where only they are published (as torchvision does
            in its file names); a guard against damage, not against an attacker.
        md5: where the authors publish that; a guard against damage, not against an attacker.
        size_bytes: exact size; more is never fetched.
        size_mb: rounded size in 10^6 bytes, where only that is published; far more is not fetched.
        format: `torch` files hold plain tensors and are converted once, in a child process;
            `pickle` files hold whole objects too, of which only the tensors are rebuilt.
        member: the file is a zip archive, and the weights are its one member whose path is
            this or ends in it. Archives are never unpacked.
    """

    sha256: Sha256 | None = None
    sha256_prefix: Annotated[str, Field(pattern=r"^[0-9a-f]{8,63}$")] | None = None
    md5: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    size_bytes: Annotated[int, Field(gt=0)] | None = None
    size_mb: Annotated[float, Field(gt=0)] | None = None
    format: Literal["safetensors", "torch", "pickle"] = "safetensors"
    member: RelativeFile | None = None


class HubAddress(Record):
    """A file of a Hugging Face hub repository."""

    kind: Literal["hub"]
    repository: Repository
    file: RelativeFile
    revision: RelativeFile = "main"


class HttpsAddress(Record):
    """A file behind an https address."""

    kind: Literal["https"]
    url: Url


Mirror = Annotated[HubAddress | HttpsAddress, Field(discriminator="kind")]


class PackageSource(File):
    """A file inside an installed Python package."""

    kind: Literal["package"]
    package: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")]
    file: RelativeFile


class HubSource(File):
    """A file of a Hugging Face hub repository, kept in the shared Hugging Face cache.

    Attributes:
        mirrors: other addresses of the same bytes, asked in order when this one fails.
    """

    kind: Literal["hub"]
    repository: Repository
    file: RelativeFile
    revision: RelativeFile = "main"
    mirrors: list[Mirror] = Field(default=[])


class HttpsSource(File):
    """A file behind an https address.

    Attributes:
        mirrors: other addresses of the same bytes, asked in order when this one fails.
    """

    kind: Literal["https"]
    url: Url
    mirrors: list[Mirror] = Field(default=[])


class LocalSource(File):
    """A file on this machine, absolute or relative to the registry file that names it."""

    kind: Literal["local"]
    path: Text


class ExternalSource(File):
    """Weights that radzoo does not fetch: behind a gate, a form, or an unverified address.

    Attributes:
        reason: `gated` (terms to accept on a page), `request` (a form or a mail),
            `manual` (a download by hand), `unverified` (nobody has read which file it is).
        url: the page to go to.
        instructions: what to do there, and what to do with the file.
    """

    kind: Literal["external"]
    reason: Literal["gated", "request", "manual", "unverified"]
    url: Url | None = None
    instructions: Text


class NoSource(File):
    """No weights: the network is taught from random ones, in a shape that suits the data."""

    kind: Literal["none"]


WeightsSource = Annotated[
    PackageSource | HubSource | HttpsSource | LocalSource | ExternalSource | NoSource,
    Field(discriminator="kind"),
]
