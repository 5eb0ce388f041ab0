"""Examine a data set, a split and a model: is the number on the last page a lie?"""

from collections import Counter
from collections.abc import Sequence
from time import perf_counter

from radzoo import __version__
from radzoo.checks import CHECKS
from radzoo.checks.check import Check, Silent
from radzoo.checks.subject import Subject
from radzoo.core.errors import UsageError
from radzoo.core.finding import AuditReport, NotApplicable
from radzoo.workflows.audit.kept import Kept, kept_of
from radzoo.workflows.audit.subject import AuditConfig, Say, Track, gather
from radzoo.workflows.audit.telling import Examined, examine, missing_of, tell

WORTH_SAYING_S = 10.0


def audit(
    config: AuditConfig, *, track: Track = iter, log: Say = lambda message: None
) -> AuditReport:
    """Run every check that applies, and adjust what they say for their number.

    Args:
        config: what is asked for.
        track: shows progress over the cases while their images are decoded.
        log: told what is done.

    Raises:
        UsageError: if a code is no check's.
        InputError: if the data cannot be read at all.
    """
    check_codes(config)
    chosen = [check for check in CHECKS.values() if is_asked(check, config)]
    left_out = [check for check in CHECKS.values() if check not in chosen]
    gathered = gather(config, chosen, track=track, log=log)
    kept = kept_of(gathered.subject, config.cache)
    announce(chosen, gathered.subject, kept, log)
    examined = [look_again(check, gathered.subject, kept, log) for check in chosen]
    kept.forget()
    subject = gathered.subject
    told = tell(examined, subject, dict(config.accepted))
    return AuditReport(
        data=str(gathered.data), run=str(config.run) if config.run else None, task=gathered.task,
        labels=[question.name for question in subject.questions],
        n_cases=subject.n, n_patients=subject.n_patients, n_refused=len(gathered.refused),
        refused=dict(Counter(one.reason for one in gathered.refused)),
        quick=config.quick, seed=config.seed,
        findings=told.findings, passed=told.passed,
        not_applicable=[*told.silent, *(leave_out(check, config) for check in left_out)],
        warnings=told.warnings,
        seconds={one.check.code: round(one.seconds, 3) for one in examined},
        radzoo_version=__version__,
    )  # fmt: skip


def announce(checks: Sequence[Check], subject: Subject, kept: Kept, log: Say) -> None:
    """Say how long it will take, if that is worth waiting for."""
    expected = {
        check.code: check.expected_s(subject)
        for check in checks
        if check.expected_s is not None and kept.find(check.code) is None
        and not isinstance(missing_of(check, subject), Silent)
    }  # fmt: skip
    total = sum(expected.values())
    if total < WORTH_SAYING_S:
        return
    longest = max(expected, key=lambda code: expected[code])
    log(
        f"about {describe_time(total)} to come, {describe_time(expected[longest])} of them for "
        f"{longest} ({CHECKS[longest].title}); --quick or --skip leaves them out"
    )


def look_again(check: Check, subject: Subject, kept: Kept, log: Say) -> Examined:
    """Let a check look, or take what it said before the audit was interrupted."""
    earlier = kept.find(check.code)
    if earlier is not None:
        log(f"{check.code} {check.title}: done before the interruption")
        return Examined(check, earlier, 0.0)
    log(f"{check.code} {check.title}")
    started = perf_counter()
    outcome = examine(check, subject)
    seconds = perf_counter() - started
    kept.keep(check.code, outcome, seconds)
    return Examined(check, outcome, seconds)


def describe_time(seconds: float) -> str:
    """Write a time as one would say it."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def check_codes(config: AuditConfig) -> None:
    """See whether all codes are those of checks.

    Raises:
        UsageError: naming the first that is not.
    """
    for code in (*config.only, *config.skip, *(code for code, _ in config.accepted)):
        if code not in CHECKS:
            raise UsageError(
                f"there is no check '{code}'",
                id="unknown-check",
                hint=f"known: {', '.join(CHECKS)}",
            )


def is_asked(check: Check, config: AuditConfig) -> bool:
    """Does the user want this check?"""
    if config.only:
        return check.code in config.only and check.code not in config.skip
    return check.code not in config.skip and not (config.quick and check.slow)


def leave_out(check: Check, config: AuditConfig) -> NotApplicable:
    """Say that a check was not made, and why."""
    quick = config.quick and check.slow and not config.only and check.code not in config.skip
    why = "slow: left out by --quick" if quick else "not asked for by --only or --skip"
    return NotApplicable(
        code=check.code, trap=check.trap, title=check.title, kind="left out", why=why
    )
