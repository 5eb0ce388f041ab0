"""Put models into a kit, one file to carry to a machine without a network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from radzoo.core.entry import File, LocalSource, ZooEntry
from radzoo.core.errors import InputError, UsageError
from radzoo.core.publish import publish
from radzoo.core.source import Fetched, Progress, no_progress
from radzoo.zoo.checksum import verify_file
from radzoo.zoo.kit import MAX_MODELS, KitModel, member_name, write_kit
from radzoo.zoo.licences import needs_consent
from radzoo.zoo.remedy import remedy
from radzoo.zoo.store import fetch_weights, locate_weights

Bars = Callable[[ZooEntry], Progress]
Log = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class BundleConfig:
    """What the user asks for.

    Attributes:
        kit: the file to write.
        overwrite: it may be there already.
        cache: radzoo's own.
        fetch: fetch models that are not here.
        accept_licence: licences that restrict use are accepted.
        offline: touch no network.
    """

    kit: Path
    cache: Path
    overwrite: bool = False
    fetch: bool = False
    accept_licence: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Bundled:
    """A kit that was written.

    Attributes:
        models: what is in it, in order of name.
        sha256: of the whole kit; whoever unbundles it should hear it another way.
    """

    models: list[KitModel]
    sha256: str


def bundle(
    entries: Sequence[ZooEntry],
    config: BundleConfig,
    *,
    progress: Bars = lambda entry: no_progress,
    log: Log = lambda line: None,
) -> Bundled:
    """Write a kit of models whose weights are here, verified, and whose licence was accepted.

    A model that comes with an installed package is left out: it comes with radzoo there too.

    Raises:
        InputError: if a model is not here, or nothing is left to carry.
        LicenceError: if a licence that restricts use was not accepted.
        IntegrityError: if weights are not what the registry means.
        EnvironmentFailure: if the kit cannot be written.
    """
    _check_request(entries, config)
    models: list[KitModel] = []
    files: dict[str, Path] = {}
    for entry in entries:
        if entry.source.kind == "package":
            log(f"{entry.name} is left out: it comes with the package that holds it")
            continue
        if entry.source.kind == "none":
            log(f"{entry.name} is left out: it has no weights")
            continue
        fetched = _bring(entry, config, progress(entry), log)
        model = describe_model(entry, fetched)
        models.append(model)
        files[model.file] = fetched.path
    if not models:
        raise InputError(
            "there is nothing to carry: these models come with radzoo",
            id="empty-kit",
            hint="radzoo list shows other models",
        )
    sha256 = ""

    def write(partial: Path) -> None:
        nonlocal sha256
        write_kit(partial, models, files)
        sha256 = verify_file(partial, File(), cached=True).sha256

    publish(config.kit, write, mode=0o644)
    return Bundled(sorted(models, key=lambda model: model.entry.name), sha256)


def describe_model(entry: ZooEntry, fetched: Fetched) -> KitModel:
    """Return what a kit says of a model."""
    source = entry.source
    file = member_name(entry, fetched.sha256)
    if isinstance(source, LocalSource):  # a path of this machine means nothing on another
        source = source.model_copy(update={"path": file})
        entry = entry.model_copy(update={"source": source})
    return KitModel(
        entry=entry,
        file=file,
        sha256=fetched.sha256,
        size_bytes=fetched.size_bytes,
        licence=entry.license.weights,
        accepted=needs_consent(entry),
    )


def _check_request(entries: Sequence[ZooEntry], config: BundleConfig) -> None:
    """Refuse what cannot be done before anything is read."""
    if config.kit.exists() and not config.overwrite:
        raise UsageError(
            f"{config.kit} exists already",
            id="output-exists",
            hint="choose another name, or --overwrite",
        )
    if not config.kit.absolute().parent.is_dir():
        raise UsageError(
            f"there is no folder {config.kit.parent} to write the kit to",
            id="no-output-folder",
            hint="make the folder, or choose another one with -o",
        )
    if len(entries) > MAX_MODELS:
        raise UsageError(
            f"a kit holds at most {MAX_MODELS} models", id="too-many", hint="make several kits"
        )
    absent = [entry for entry in entries if locate_weights(entry, config.cache) is None]
    if absent and not config.fetch:
        raise InputError(
            f"not on this machine: {', '.join(entry.name for entry in absent)}",
            id="missing-weights",
            hint=f"{remedy(absent, again=False)}; bundle --pull fetches what can be fetched",
        )


def _bring(entry: ZooEntry, config: BundleConfig, progress: Progress, log: Log) -> Fetched:
    return fetch_weights(
        entry,
        cache=config.cache,
        offline=config.offline or not config.fetch,
        accept_licence=config.accept_licence,
        progress=progress,
        log=log,
    )
