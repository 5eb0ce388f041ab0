"""How often the checks of `radzoo audit` find a planted trap, and how often they cry wolf.

    python benchmarks/audit_power.py [--seeds 40] [--patients 1500] [--only RZ012] [--write]

Phantom sets get a trap of a known dose, a model of one layer learns them, and the checks look.
A trap counts as found if its check gives a warning or an error, its p-values multiplied by the
number of tests of a whole audit, which is stricter than Holm's adjustment. False alarms are such
findings on clean sets. Clean sets come first, then seed after seed; each outcome is written to
`--outcomes` at once, so that an interrupted run goes on. Prints tables with 95 % intervals
(Wilson); `--write` puts them into docs/reference/audit-power.md. Ends with an error if a power is
below 95 % or a false-alarm rate above 5 %, beyond the error of so many seeds.
`--forget RZ021,clean` makes those anew, after a check was changed. `--held-back` takes seeds that
no threshold was looked at with.
"""

import argparse
import datetime
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from audit_outcomes import Clean, Outcomes, Tried
from audit_trial import BAD, HONEST, Deed, least_p, look, make_subject

from radzoo.checks import CHECKS
from radzoo.demo import planted_traps as traps
from radzoo.demo.planted_traps import PhantomSet, Plant
from radzoo.workflows.audit.telling import tell

PAGE = Path(__file__).parent.parent / "docs/reference/audit-power.md"
HERE = Path("audit-power.jsonl")
POWER, FALSE_ALARMS, ANY_ERROR = 0.95, 0.05, 0.10
HELD_BACK = 10_000
POOL = 2500
Z = 1.959963984540054


@dataclass(frozen=True)
class Trial:
    """A trap, its dose, and the check that has to find it.

    Attributes:
        doses: the last one is that at which 95 % are to be found; the others are told.
    """

    code: str
    name: str
    plant: Plant | None = None
    doses: Sequence[float] = (1.0,)
    deed: Callable[[float], Deed] = lambda dose: HONEST


def trials() -> list[Trial]:
    """Return all of them, by code."""
    copies = {
        "exact copies": traps.by_nothing, "JPEG": traps.by_jpeg, "crop": traps.by_crop,
        "contrast": traps.by_contrast, "flip": traps.by_flip, "text": traps.by_text,
    }  # fmt: skip
    return [
        Trial("RZ001", "share of test patients also in training", traps.share_patients,
              (0.01, 0.05, 0.2)),
        *(Trial("RZ002", f"test images that are training images ({name})",
                traps.copy_across(alter), (0.01, 0.02, 0.05)) for name, alter in copies.items()),
        Trial("RZ003", "test images that are training images (turned)",
              traps.copy_across(traps.by_turn), (0.02, 0.05)),
        Trial("RZ005", "test patients with a later image in training", traps.post_date,
              (0.05, 0.2)),
        Trial("RZ006", "positives with the answer in SeriesDescription", traps.describe_answer,
              (0.25, 0.5, 1.0)),
        Trial("RZ010", "site with prevalence 20 against 60 %", traps.confound_site, (0.5, 1.0)),
        Trial("RZ011", "site with prevalence 20 against 60 %", traps.confound_site, (1.0, 1.6)),
        Trial("RZ012", "positives with a marker in a corner", traps.mark_corner,
              (0.25, 0.5, 1.0)),
        Trial("RZ013", "positives with a marker in a corner", traps.mark_corner,
              (0.25, 0.5, 1.0)),
        Trial("RZ014", "positives with a drain", traps.drain_positives, (0.3, 0.6)),
        Trial("RZ015", "positives taken in bed", traps.view_by_answer, (0.3, 0.6)),
        Trial("RZ017", "positives from a source of their own", traps.purify_source, (0.1, 0.3)),
        Trial("RZ021", "patients with the wrong answer", traps.flip_labels, (0.05, 0.15, 0.3)),
        Trial("RZ022", "positives left out of test", traps.thin_test, (0.5, 0.8)),
        Trial("RZ023", "model with class weights, probabilities off",
              deed=lambda dose: Deed(settings={"recipe": {"class_weights": "auto"}}, shift=dose)),
        Trial("RZ030", "model of so many axes, without regularisation",
              deed=lambda dose: Deed(strength=1e4, axes=int(dose)), doses=(600,)),
        Trial("RZ031", "positives left out of test", traps.thin_test, (0.9, 0.97)),
        Trial("RZ032", "test images that are training images (JPEG)",
              traps.copy_across(traps.by_jpeg), (0.05, 0.1)),
        Trial("RZ040", "models judged on the test set", deed=lambda dose: Deed(looks=int(dose)),
              doses=(4, 30)),
        Trial("RZ041", "threshold from test", deed=lambda dose: Deed(threshold_from_test=True)),
        Trial("RZ043", "model taught with a share of the images drawn by seed",
              deed=lambda dose: Deed(share=dose), doses=(0.1, 0.03)),
        Trial("RZ044", "test with another tone curve", traps.change_scanner, (0.1, 0.3)),
        Trial("RZ050", "share of one site not inverted", traps.invert_site, (0.2, 1.0)),
        Trial("RZ050", "share of test images at half their grey values", traps.rescale_site,
              (0.2, 1.0)),
        Trial("RZ052", "pixel size by answer", traps.space_by_answer, (0.3, 0.6)),
        Trial("RZ053", "serving is fed other numbers", deed=lambda dose: Deed(skewed=True)),
        Trial("RZ054", "scores turned round", deed=lambda dose: Deed(turned=True)),
        Trial("RZ061", "batch statistics while serving", deed=lambda dose: Deed(by_batch=True)),
        Trial("RZ062", "logits multiplied", deed=lambda dose: Deed(sharpened=dose),
              doses=(2.0, 3.0)),
        Trial("RZ070", "women with less contrast", traps.dim_group, (0.5, 0.75)),
    ]  # fmt: skip


@cache
def pool() -> PhantomSet:
    """Draw the patients that all sets are chosen from, once for each process."""
    return traps.draw_pool(POOL)


def audit_clean(patients: int, seed: int) -> Clean:
    """Run every check on a clean set."""
    subject = make_subject(traps.draw_set(pool(), patients, seed), seed)
    told = tell(look(subject, [code for code in CHECKS if code != "RZ060"]), subject, {})
    every = [*told.findings, *told.passed]
    return Clean(
        seed, patients, [[one.code, one.severity] for one in told.findings],
        sum(one.evidence.p is not None for one in every),
    )  # fmt: skip


def try_once(number: int, dose: float, patients: int, seed: int) -> Tried:
    """Plant a trap and look. Trials have numbers, which a process can be sent."""
    trial, chance = trials()[number], np.random.default_rng(seed)
    data = traps.draw_set(pool(), patients, seed)
    data = trial.plant(data, dose, chance) if trial.plant else data
    p = least_p(make_subject(data, seed, trial.deed(dose)), trial.code)
    return Tried(seed, patients, trial.code, trial.name, dose, p)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's interval of a share at 95 %."""
    share, room = hits / n, Z**2 / n
    middle = (share + room / 2) / (1 + room)
    half = Z * np.sqrt(share * (1 - share) / n + room / (4 * n)) / (1 + room)
    return float(middle - half), float(middle + half)


def write_share(hits: int, n: int) -> str:
    """Write a share with its interval."""
    low, high = wilson(hits, n)
    return f"{hits / n:.0%} ({low:.0%} to {high:.0%})"


def run(crew: ProcessPoolExecutor, known: Outcomes, asked: argparse.Namespace) -> None:
    """Make what is not known yet: clean sets first, then all trials seed after seed."""
    seeds, patients = seeds_of(asked), asked.patients
    jobs: list[Future[Clean] | Future[Tried]] = [
        crew.submit(audit_clean, patients, seed)
        for seed in seeds
        if (seed, patients) not in known.clean
    ]
    jobs += [
        crew.submit(try_once, number, dose, patients, seed)
        for seed in seeds
        for number, trial in enumerate(trials())
        for dose in trial.doses
        if asked.only in ("", trial.code) and trial.code in CHECKS
        and (seed, patients, trial.code, trial.name, dose) not in known.tried
    ]  # fmt: skip
    for job in as_completed(jobs):
        known.add(job.result())


def seeds_of(asked: argparse.Namespace) -> range:
    """Return the seeds asked for."""
    first = HELD_BACK if asked.held_back else 0
    return range(first, first + asked.seeds)


@dataclass(frozen=True)
class Table:
    """Lines of a table, and what falls short of its goal beyond the error of so many seeds."""

    lines: list[str]
    short: list[str]


def count_alarms(known: Outcomes, asked: argparse.Namespace) -> Table:
    """Count the findings on clean sets."""
    clean = [known.clean[seed, asked.patients] for seed in seeds_of(asked)
             if (seed, asked.patients) in known.clean]  # fmt: skip
    alarms = Counter(code for one in clean for code in {c for c, s in one.found if s in BAD})
    table = Table([], [])
    for code in CHECKS:
        share = write_share(alarms[code], len(clean))
        table.lines.append(f"| {code} | {CHECKS[code].title} | {share} |")
        if wilson(alarms[code], len(clean))[0] > FALSE_ALARMS:
            table.short.append(f"{code}: false alarms {share}")
    errors = sum(any(s == "error" for _, s in one.found) for one in clean)
    share = write_share(errors, len(clean))
    table.lines.append(f"| any | an error of any check | {share} |")
    if wilson(errors, len(clean))[0] > ANY_ERROR:
        table.short.append(f"any error on clean sets: {share}")
    return table


def count_found(known: Outcomes, asked: argparse.Namespace) -> Table:
    """Count the traps that were found, for each dose."""
    tests = max((one.tests for one in known.clean.values()), default=1)
    alarms = {code: count_bad(known, asked, code) for code in CHECKS}
    table = Table([], [])
    for trial in trials():
        for dose in trial.doses:
            keys = [(seed, asked.patients, trial.code, trial.name, dose)
                    for seed in seeds_of(asked)]  # fmt: skip
            tried = [known.tried[key] for key in keys if key in known.tried]
            if not tried:
                continue
            hits = sum(one.is_found(tests) for one in tried)
            share = write_share(hits, len(tried))
            mark = " *" if dose == trial.doses[-1] else ""
            table.lines.append(
                f"| {trial.code} | {trial.name} | {dose:g}{mark} | {hits} of {len(tried)} | "
                f"{share} | {alarms[trial.code]} |"
            )
            if dose == trial.doses[-1] and wilson(hits, len(tried))[1] < POWER:
                table.short.append(f"{trial.code} {trial.name}: power {share}")
    return table


def count_bad(known: Outcomes, asked: argparse.Namespace, code: str) -> str:
    """Write on how many clean sets a check found something bad."""
    clean = [one for one in known.clean.values()
             if one.seed in seeds_of(asked) and one.patients == asked.patients]  # fmt: skip
    bad = sum(any(c == code and s in BAD for c, s in one.found) for one in clean)
    return f"{bad} of {len(clean)}"


def main() -> None:
    """Run all trials and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--patients", type=int, default=1500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--outcomes", type=Path, default=HERE)
    parser.add_argument("--forget", default="", help="codes of checks, or clean")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--held-back", action="store_true")
    asked = parser.parse_args()
    known = Outcomes(asked.outcomes, asked.forget.split(","))
    with ProcessPoolExecutor(asked.workers) as crew:
        run(crew, known, asked)
    found, alarms = count_found(known, asked), count_alarms(known, asked)
    print("\n".join([*found.lines, *alarms.lines]))
    if asked.write:
        write_page(found.lines, alarms.lines, asked)
    if found.short or alarms.short:
        sys.exit("\n".join([*found.short, *alarms.short]))


def write_page(found: list[str], alarms: list[str], asked: argparse.Namespace) -> None:
    """Put both tables into the reference."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    head = text.split("<!-- tables -->")[0] if "<!-- tables -->" in text else "# Power\n\n"
    seeds = seeds_of(asked)
    page = [
        f"{head}<!-- tables -->",
        f"{len(seeds)} sets of {asked.patients} patients each, seeds {seeds[0]} to {seeds[-1]}, "
        f"{datetime.date.today().isoformat()}. A star marks the dose at which 95 % are to be "
        "found.",
        "",
        "| check | planted | dose | found | power | false alarms |", "|---|---|--:|--:|--:|--:|",
        *found, "",
        "## False alarms on clean sets", "",
        "| check | trap | warnings or errors |", "|---|---|--:|", *alarms, "",
    ]  # fmt: skip
    PAGE.write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
