"""Take models out of a kit that may come from anybody. All of it is checked before any is used."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from radzoo.core.entry import LocalSource, ZooEntry
from radzoo.core.errors import IntegrityError, LicenceError
from radzoo.core.source import Fetched
from radzoo.zoo.kit import KitModel
from radzoo.zoo.kit_placing import check_place, find_here, put_weights
from radzoo.zoo.kit_reading import Digests, Kit, open_kit
from radzoo.zoo.kit_trust import check_sha256, check_vouched
from radzoo.zoo.licences import check_licence
from radzoo.zoo.trust import address_of, recall, remember

Log = Callable[[str], None]
Track = Callable[[Iterable[KitModel]], Iterable[KitModel]]


@dataclass(frozen=True, slots=True)
class Unbundled:
    """One model that a kit brought.

    Attributes:
        fetched: where its weights are now; `cached` if they were there before.
        new: did no registry of this machine name it? Then it has to be added to one.
    """

    entry: ZooEntry
    fetched: Fetched
    new: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with one model of a kit.

    Attributes:
        entry: as this machine knows it, or will know it.
        vouched: does a hash that this machine knew before say that these are the weights?
        here: its weights, if they are on this machine.
    """

    model: KitModel
    entry: ZooEntry
    new: bool
    vouched: bool
    here: Fetched | None


def unbundle(
    path: Path,
    known: Mapping[str, ZooEntry],
    *,
    cache: Path,
    trust_kit: str | None = None,
    accept_licence: bool = False,
    register: Callable[[Sequence[ZooEntry]], None],
    track: Track = iter,
    log: Log = lambda line: None,
) -> list[Unbundled]:
    """Bring the models of a kit to this machine.

    Args:
        path: the kit.
        known: every entry of this machine's registries, by name. They count for more than
            what the kit says.
        cache: the root of radzoo's own cache.
        trust_kit: sha256 of the kit, as the user heard it from whoever made it. Without it only
            weights are taken that a hash of this machine vouches for.
        accept_licence: licences that restrict use are accepted.
        register: adds entries that no registry names to the user's own.
        track: shows progress over the models while they are checked.
        log: told what else there is to say.

    Raises:
        InputError: if there is no such kit.
        UsageError: if `trust_kit` is no sha256.
        IntegrityError: if the kit is damaged, malicious, contradicts the registry, or has to be
            trusted and is not.
        LicenceError: if a licence that restricts use was not accepted.
        EnvironmentFailure: if something cannot be written.
    """
    with open_kit(path) as kit:
        if trust_kit is not None:
            check_sha256(kit, trust_kit)
        plans = [_plan(kit, model, known, cache) for model in track(kit.contents.models)]
        if trust_kit is None:
            check_vouched(kit, [plan.entry.name for plan in plans if not plan.vouched])
        for plan in plans:
            _check_licence(plan.entry, accepted=accept_licence, log=log)
        # Entries without weights do no harm; weights that no registry names would be in the way.
        new = [plan.entry for plan in plans if plan.new]
        if new:
            register(new)
        return [_carry_out(kit, plan, cache, log) for plan in plans]


def _plan(kit: Kit, model: KitModel, known: Mapping[str, ZooEntry], cache: Path) -> Plan:
    """Check one model of a kit as far as that is possible without writing anything."""
    digests = kit.measure(model)
    entry = known.get(model.entry.name)
    check_against(model, digests, entry, known.values())
    ours = entry or adopt(model, cache)
    here = find_here(ours, model, cache)
    if here is None:
        check_place(ours, model, cache)
    vouched = entry is not None and (
        entry.source.sha256 is not None or recall(entry.source) is not None
    )
    return Plan(model, ours, new=entry is None, vouched=vouched, here=here)


def _check_licence(entry: ZooEntry, *, accepted: bool, log: Log) -> None:
    """Ask for consent again: what another person accepted elsewhere does not count here."""
    try:
        check_licence(entry, accepted=accepted, log=log)
    except LicenceError as error:
        if error.id != "licence-not-accepted":
            raise
        hint = "read LICENCES.txt in the kit, then: radzoo unbundle KIT --accept-license"
        raise LicenceError(str(error), id=error.id, hint=hint) from None


def _carry_out(kit: Kit, plan: Plan, cache: Path, log: Log) -> Unbundled:
    """Bring one model, unless it is here."""
    fetched = plan.here or put_weights(kit, plan.model, plan.entry, cache, shared=not plan.new)
    if not plan.vouched:
        _trust(plan, fetched, log)
    return Unbundled(plan.entry, fetched, plan.new)


def _trust(plan: Plan, fetched: Fetched, log: Log) -> None:
    """Say that weights are trusted with their kit; remember it unless a registry does."""
    if not plan.new and address_of(plan.entry.source) is not None:
        remember(plan.entry, fetched, log, how="trusted with its kit")
        return
    why = "not known here" if plan.new else "no hash is known"
    log(f"{plan.entry.name}: {why}; trusted with its kit, sha256 {fetched.sha256}")


def adopt(model: KitModel, cache: Path) -> ZooEntry:
    """Return the entry of a kit as this machine may take it: with the hash that was measured."""
    source = model.entry.source
    known = {"sha256": model.sha256, "sha256_prefix": None, "size_bytes": model.size_bytes}
    if isinstance(source, LocalSource):
        known["path"] = str(cache.absolute() / model.file)
    return model.entry.model_copy(update={"source": source.model_copy(update=known)})


def check_against(
    model: KitModel, digests: Digests, entry: ZooEntry | None, known: Iterable[ZooEntry]
) -> None:
    """Refuse a kit that says otherwise than the registries of this machine, or its memory.

    Args:
        model: of the kit.
        digests: measured of its weights.
        entry: of that name on this machine.
        known: every entry of this machine.

    Raises:
        IntegrityError: if they contradict each other.
    """
    name = model.entry.name
    address = address_of(model.entry.source)
    others = [one for one in known if address and address_of(one.source) == address]
    for source in [model.entry.source, *(one.source for one in [entry, *others] if one)]:
        trusted = recall(source)
        stated = source.sha256 or source.sha256_prefix or ""
        if (
            not digests.sha256.startswith(stated)
            or source.md5 not in {None, digests.md5}
            or source.size_bytes not in {None, model.size_bytes}
            or (trusted is not None and trusted.sha256 != digests.sha256)
        ):
            raise _contradiction(name, "its weights are not those that are known here")
    if entry is None:
        check_neighbours(name, others)
        return
    if entry.source.format != model.entry.source.format:
        raise _contradiction(name, "its weights have another format here")
    identified = entry.source.sha256 or entry.source.sha256_prefix or entry.source.md5
    same = (entry.source.kind, address_of(entry.source)) == (model.entry.source.kind, address)
    if not identified and not same:
        raise _contradiction(name, "its weights come from another address here")


def check_neighbours(name: str, others: Sequence[ZooEntry]) -> None:
    """Refuse a new model at the address of a known one whose weights nobody has measured.

    The two would share one file, so that a kit could bring weights for a model that it does
    not name.

    Raises:
        IntegrityError: if there is such a one.
    """
    for one in others:
        if one.source.sha256 is None and recall(one.source) is None:
            raise _contradiction(
                name, f"its address is that of {one.name}, whose hash is not known"
            )


def _contradiction(name: str, reason: str) -> IntegrityError:
    return IntegrityError(
        f"the kit contradicts what this machine knows of {name}: {reason}",
        id="kit-contradicts-registry",
        hint="find out which of the two is right before you use either",
    )
