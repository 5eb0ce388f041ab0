"""Puts the weights of a kit where this machine looks for them, and nowhere else."""

from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.entry import HttpsSource, HubSource, LocalSource, ZooEntry
from radzoo.core.errors import InputError, IntegrityError
from radzoo.core.publish import publish
from radzoo.core.source import Fetched
from radzoo.zoo.checksum import verify_file
from radzoo.zoo.sources.https import place
from radzoo.zoo.sources.hub import COMMIT, Place, hub_cache, own_place
from radzoo.zoo.store import locate_weights

if TYPE_CHECKING:
    from radzoo.zoo.kit import KitModel
    from radzoo.zoo.kit_reading import Kit

UNKNOWN = {"sha256": None, "sha256_prefix": None, "md5": None, "size_bytes": None}


def find_here(entry: ZooEntry, model: "KitModel", cache: Path) -> Fetched | None:
    """Return the very weights that a kit brings, if they are on this machine already.

    Raises:
        IntegrityError: if other weights stand in the shared cache in their place.
    """
    path = locate_weights(entry, cache)
    if path is None:
        return None
    found = verify_file(path, entry.source.model_copy(update=UNKNOWN), cached=True)
    if found.sha256 == model.sha256:
        return found
    if path.is_relative_to(hub_cache()):
        raise IntegrityError(
            f"the weights of {entry.name} in the shared cache are not those of the kit",
            id="other-weights-here",
            hint=f"radzoo cache rm {entry.name} --shared removes them; then unbundle again",
        )
    return None


def check_place(entry: ZooEntry, model: "KitModel", cache: Path) -> None:
    """Refuse weights that would have to go to where only the user may put them.

    Raises:
        InputError: if the registry names a file outside the cache.
        IntegrityError: if the registry has the model from somewhere else.
    """
    source = entry.source
    if source.kind in {"package", "external", "none"}:
        raise IntegrityError(
            f"the registry of this machine has {entry.name} from elsewhere, not from a kit",
            id="kit-contradicts-registry",
            hint=f"radzoo show {entry.name} says from where",
        )
    if isinstance(source, LocalSource) and Path(source.path) != cache.absolute() / model.file:
        raise InputError(
            f"the registry of this machine has {entry.name} at {source.path}, outside the cache",
            id="place-outside-cache",
            hint="put the file there yourself, or take the entry out of that registry",
        )


def put_weights(
    kit: "Kit", model: "KitModel", entry: ZooEntry, cache: Path, *, shared: bool
) -> Fetched:
    """Publish the weights of a model where the source of `entry` looks for them.

    Args:
        kit: open; its weights were measured.
        model: whose weights.
        entry: as this machine knows it, from any source but a package.
        cache: the root of radzoo's own cache.
        shared: may a file of the hub go to the shared cache, which other programs trust?
            It goes there only if `entry` pins its hash and its commit: a kit never says what
            a name such as `main` stands for.
    """
    source = entry.source
    shown = None
    if isinstance(source, HubSource):
        shown = _shared_place(source) if shared else None
        path = own_place(source, cache) if shown is None else shown.blob
    elif isinstance(source, HttpsSource):
        path = place(source, cache)
    else:
        path = cache.absolute() / model.file
    _copy(kit, model, path)
    fetched = Fetched(path, model.sha256, model.size_bytes, cached=False)
    return fetched if shown is None else shown.show(fetched)


def _shared_place(source: HubSource) -> Place | None:
    """Return where a pinned file of the hub belongs in the shared cache; None if not pinned."""
    if source.sha256 is None or COMMIT.fullmatch(source.revision) is None:
        return None
    return Place.of(source, source.revision, source.sha256)


def _copy(kit: "Kit", model: "KitModel", path: Path) -> None:
    def write(partial: Path) -> None:
        with partial.open("wb") as stream:
            kit.copy(model, stream)

    publish(path, write, mode=0o644)
