"""The network of an entry: who builds it, and how its published tensors are called."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from radzoo.core.entry.record import Record, Text

Scalar = bool | int | float | str | None
Argument = Scalar | list[Scalar] | list[list[int]]


class KeyRule(Record):
    """One step from the published names of tensors to those of the network.

    Exactly one of `keep`, `strip`, `drop`, `rename` and `named` is given. Rules are applied
    in order. Prefixes are literal: a registry brings no regular expressions.

    Attributes:
        keep: only tensors whose name begins so stay, and the prefix is taken off.
        strip: the prefix is taken off where it stands.
        drop: tensors whose name begins so are left out.
        rename: this prefix becomes `to`.
        named: a map that radzoo knows by name, see `models.key_maps`.
    """

    keep: Text | None = None
    strip: Text | None = None
    drop: Text | None = None
    rename: Text | None = None
    to: str | None = None
    named: Text | None = None

    @model_validator(mode="after")
    def _one_verb(self) -> "KeyRule":
        verbs = [self.keep, self.strip, self.drop, self.rename, self.named]
        if sum(verb is not None for verb in verbs) != 1:
            raise ValueError("a rule has exactly one of keep, strip, drop, rename, named")
        if (self.rename is None) != (self.to is None):
            raise ValueError("rename and to go together")
        return self


class Architecture(Record):
    """The network: who builds it, under which name, with which arguments.

    Attributes:
        library: `external` if nothing that radzoo knows builds it: it can be fetched and
            verified, not used.
        state: where in the published file the tensors are, as dotted keys; null = at the
            top, or in the one dictionary of tensors that there is.
        key_map: how the published names of tensors become those of the network.
    """

    library: Literal["timm", "torchvision", "monai", "smp", "radzoo", "external"]
    name: Text
    arguments: dict[str, Argument] = Field(default={})
    state: Annotated[str, Field(pattern=r"^[\w-]+(\.[\w-]+)*$")] | None = None
    key_map: list[KeyRule] = Field(default=[])
