"""Whose word counts for a kit: hashes that this machine knew before, or the user's own."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from radzoo.core.errors import IntegrityError, UsageError

if TYPE_CHECKING:
    from radzoo.zoo.kit_reading import Kit

SHA256 = re.compile(r"[0-9a-f]{64}")


def check_sha256(kit: "Kit", stated: str) -> None:
    """Refuse a kit that is not the very one that the user means.

    What sha256 it has instead is not said: it would only be copied into the next command.

    Raises:
        UsageError: if `stated` is no sha256.
        IntegrityError: if the kit has another one.
    """
    wanted = stated.strip().lower()
    if not SHA256.fullmatch(wanted):
        raise UsageError(
            f"--trust-kit takes a sha256 of 64 hexadecimal digits, not {len(wanted)} characters",
            id="no-sha256",
            hint="radzoo bundle prints it when it writes the kit",
        )
    if kit.sha256() != wanted:
        raise IntegrityError(
            f"{kit.path.name} is not unbundled: it is not the kit of sha256 {wanted[:16]}...",
            id="another-kit",
            hint="ask whoever made it for the kit and its sha256 again",
        )


def check_vouched(kit: "Kit", strangers: Sequence[str]) -> None:
    """Refuse models for whose weights only the kit speaks; a prefix or an md5 can be forged.

    Args:
        kit: that brings them.
        strangers: the models of whose weights this machine has no sha256.

    Raises:
        IntegrityError: if there are any.
    """
    if not strangers:
        return
    raise IntegrityError(
        f"{kit.path.name} is not unbundled: this machine knows no sha256 of {', '.join(strangers)}",
        id="kit-not-trusted",
        hint="radzoo unbundle KIT --trust-kit SHA256-OF-THE-KIT, as radzoo bundle printed it for "
        "whoever made the kit: get it another way than the kit",
    )
