"""Work on registry files: check them, add entries, lock the hashes of weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from radzoo.core.entry import File, WeightsSource, ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.schema_mistakes import Mistake
from radzoo.core.source import Fetched
from radzoo.core.strict_yaml import parse_yaml, read_bounded
from radzoo.zoo.catalog import Found, find_in, look_up, read_registry
from radzoo.zoo.checksum import WrongFile, verify_file
from radzoo.zoo.editing import put_entry, set_fields, with_fields
from radzoo.zoo.local_weights import forget_file, with_local_weights
from radzoo.zoo.registries import shipped_registry, user_registry
from radzoo.zoo.remedy import for_wrong_file
from radzoo.zoo.store import locate_weights
from radzoo.zoo.trust import changed, recall

Fields = Mapping[str, object]
MAX_MISTAKES = 100
PARTS = ("schema_version", "models")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one registry file.

    Attributes:
        mistakes: the first, by line.
        n_more: how many mistakes there are beside these.
    """

    file: Path
    n_models: int
    mistakes: tuple[Mistake, ...]
    n_more: int


@dataclass(frozen=True, slots=True)
class Locked:
    """One entry whose weights were measured and written down.

    Attributes:
        file: the registry file that says so now.
        copied: was the whole entry written there, since it came from another file?
        status: of the entry now.
        refusal: why no self-test could be stored, if one was asked for and could not.
    """

    name: str
    file: Path
    sha256: str
    size_bytes: int
    copied: bool
    status: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Tested:
    """What a network that was asked about a tiny image adds to its entry.

    Attributes:
        refusal: why it could not be asked, though its weights load.
    """

    facts: Fields
    refusal: str | None = None


def validate(files: Sequence[Path]) -> list[Checked]:
    """Return the mistakes in these registry files, and how many there are."""
    checked = []
    for file in files:
        n_models, mistakes = read_registry(file)
        shown = sorted(mistakes, key=lambda one: one.line)[:MAX_MISTAKES]
        n_more = len(mistakes) - len(shown)
        checked.append(Checked(file, n_models, tuple(shown), n_more))
    return checked


def parse_settings(given: Sequence[str]) -> dict[str, object]:
    """Read `field=value` pairs as YAML values, such as `input.size=224`.

    Raises:
        InputError: if one of them is none.
    """
    settings: dict[str, object] = {}
    for text in given:
        field, equals, value = text.partition("=")
        if not field or not equals:
            raise InputError(
                f"'{text}' sets no field: field=value was needed",
                id="wrong-setting",
                hint="for instance --set input.size=224 or --set license.weights=null",
            )
        document = parse_yaml(f"value: {value}\n".encode(), Path(f"--set {field}"))
        settings[field] = document.at(("value",))
    return settings


def add(
    name: str,
    *,
    to: Path | None = None,
    source: Path | None = None,
    settings: Fields | None = None,
    new_name: str | None = None,
    local: Path | None = None,
    replace: bool = False,
    registries: Sequence[Path] = (),
) -> Path:
    """Write an entry into a registry of the user and return that file.

    Args:
        name: of an entry of the zoo, which is copied; of a new one if `source` is given or
            no such entry exists and there are `settings`.
        to: the registry to write to; the user's own by default.
        source: a YAML file with the fields of the entry, or a registry that has it.
        settings: fields to set on top, by dotted names.
        new_name: what it is called in the registry it is written to.
        local: the weights, a file on this machine, which becomes the source of the entry.
        replace: overwrite an entry of that name.
        registries: further registries in which to look for `name`.

    Raises:
        InputError: if there is no such entry, or it would not be right.
        IntegrityError: if `local` is not the file whose hash an external entry states.
    """
    target = to or user_registry()
    fields = _fields_of(name, source, settings or {}, registries)
    if local is not None:
        fields = with_local_weights(fields, local)
    put_entry(target, new_name or name, with_fields(fields, settings or {}), replace=replace)
    return target


def lock(
    name: str,
    *,
    cache: Path,
    to: Path | None = None,
    registries: Sequence[Path] = (),
    selftest: bool = False,
    again: bool = False,
) -> Locked:
    """Write measured hash and size of the weights on this machine, and status, into the registry.

    An entry of the shipped registry is copied into the user's own, or into `to`.

    Args:
        name: of the model.
        cache: where its weights are.
        to: the registry to write to; the one that the entry came from by default.
        registries: further registries in which to look for `name`.
        selftest: also store what the network answers to a tiny image.
        again: take a local file as it is now, though the entry says otherwise of it.

    Raises:
        InputError: if the weights are not on this machine, or are to be measured again though
            they come from a network, or the entry of that name in `to`
            means others.
        IntegrityError: if they are not those that the registry means, or that were trusted.
    """
    found = look_up(name, registries)
    measured = measure(forget_file(found) if again else found, cache)
    is_shipped = found.origin.resolve() == shipped_registry().resolve()
    target = to or (user_registry() if is_shipped else found.origin)
    held = find_in(target, name)
    if held is not None:
        _check_same_weights(found, held, target)
    facts: dict[str, object] = {
        "source.sha256": measured.sha256,
        "source.size_bytes": measured.size_bytes,
        "status": _raised((held or found.entry).status),
    }
    if again:
        facts |= _outdated(held or found.entry, measured)
    tested = _test(found.entry, cache) if selftest else Tested({})
    facts |= tested.facts
    if facts["status"] == "hash" and tested.refusal is not None:
        facts["status"] = "loads"
    copied = held is None
    if copied:
        put_entry(target, name, with_fields(_portable(found), facts))
    else:
        set_fields(target, name, facts)
    return Locked(
        name,
        target,
        measured.sha256,
        measured.size_bytes,
        copied,
        str(facts["status"]),
        tested.refusal,
    )


def measure(found: Found, cache: Path) -> Fetched:
    """Return hash and size of weights that are here, verified as far as anything is known."""
    here = locate_weights(found.entry, cache)
    if here is None:
        raise InputError(
            f"the weights of {found.entry.name} are not on this machine",
            id="not-pulled",
            hint=f"radzoo pull {found.entry.name}",
        )
    try:
        measured = verify_file(here, found.entry.source, cached=True)
    except WrongFile as error:
        raise for_wrong_file(error, found.entry, arrived=False) from None
    trusted = recall(found.entry.source)
    if trusted is not None and trusted.sha256 != measured.sha256:
        raise changed(found.entry, trusted)
    return measured


def _fields_of(
    name: str, source: Path | None, settings: Fields, registries: Sequence[Path]
) -> Fields:
    """Return the fields to begin with: of a file, of an entry of the zoo, or none."""
    if source is not None:
        return _fields_in(source, name)
    try:
        return _portable(look_up(name, registries))
    except InputError as error:
        if error.id != "unknown-model" or not settings:
            raise
        return {}


def _fields_in(source: Path, name: str) -> Fields:
    """Return an entry that a file holds alone, or under its name as in a registry."""
    value = parse_yaml(read_bounded(source), source).value
    if isinstance(value, dict) and set(value) == set(PARTS):
        models = value["models"]
        value = models.get(name) if isinstance(models, dict) else None
    if isinstance(value, dict):
        return value
    raise InputError(
        f"{source} holds no entry called '{name}'",
        id="no-entry",
        hint="give the fields of one entry, or a registry that has it",
    )


def _portable(found: Found) -> Fields:
    """Return the fields of an entry so that they mean the same in another file."""
    source = found.entry.source
    return with_fields(found.fields, {"source.path": source.path} if source.kind == "local" else {})


def _same_weights(first: WeightsSource, second: WeightsSource) -> bool:
    """Do two sources mean one file, whatever is known of it and of its mirrors?"""
    facts = (set(File.model_fields) - {"member"}) | {"mirrors", "reason", "instructions"}
    places = [source.model_dump(exclude=facts) for source in (first, second)]
    for place in places:
        if place["kind"] == "local":
            place["path"] = Path(place["path"]).resolve()
    return places[0] == places[1]


def _check_same_weights(found: Found, held: ZooEntry, target: Path) -> None:
    """Refuse to write what was measured into an entry that happens to have the same name."""
    if not _same_weights(found.entry.source, held.source):
        raise InputError(
            f"the entry '{held.name}' of {target} means other weights than that of {found.origin}",
            id="other-weights",
            hint=f"name the right registry, or radzoo registry add {held.name} --replace first",
        )


def _test(entry: ZooEntry, cache: Path) -> Tested:
    """Make a self-test; where the network cannot be fed, see at least whether weights load."""
    from radzoo.workflows.selftest import check_loads, make_selftest

    try:
        answer = make_selftest(entry, cache=cache, offline=True)
    except InputError as error:
        check_loads(entry, cache=cache, offline=True)
        return Tested({}, str(error))
    return Tested({"selftest": answer.model_dump(mode="json"), "status": "selftest"})


def _outdated(entry: ZooEntry, measured: Fetched) -> Fields:
    """Return what no longer holds of an entry whose weights were replaced."""
    if entry.source.sha256 == measured.sha256:
        return {}
    told = entry.source.model_dump(include={"sha256_prefix", "md5", "size_mb"}, exclude_none=True)
    tested = {"selftest": None} if entry.selftest else {}
    return {f"source.{fact}": None for fact in told} | tested | {"status": "hash"}


def _raised(status: str) -> str:
    """Return the status of an entry whose weights were measured."""
    return "hash" if status == "listed" else status
