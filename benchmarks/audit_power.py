"""How often the checks of `radzoo audit` find a planted trap, and how often they cry wolf.

    python benchmarks/audit_power.py [--seeds 40] [--patients 1500] [--only RZ012] [--write]

Phantom sets get a trap of a known dose, a model of one layer learns them, and the checks look.
A trap counts as found if its check gives a warning or an error, its p-values multiplied by the
number of tests of a whole audit, which is stricter than Holm's adjustment. False alarms are such
findings on clean sets. Prints a table with 95 % intervals (Wilson);
`--write` puts it into docs/reference/audit-power.md. Ends with an error if a
power is below 95 % or a false-alarm rate above 5 %, beyond the error of so many seeds.
`--held-back` takes seeds that no threshold was looked at with.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from audit_trial import BAD, HONEST, Deed, is_found, look, make_subject

from radzoo.checks import CHECKS
from radzoo.demo import planted_traps as traps
from radzoo.demo.planted_traps import PhantomSet, Plant
from radzoo.workflows.audit.telling import tell

PAGE = Path(__file__).parent.parent / "docs/reference/audit-power.md"
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


@dataclass(frozen=True)
class Clean:
    """What an audit says of a clean set.

    Attributes:
        found: code and severity of each finding.
        tests: how many p-values it adjusted.
    """

    found: list[tuple[str, str]]
    tests: int


def audit_clean(patients: int, seed: int) -> Clean:
    """Run every check on a clean set."""
    subject = make_subject(traps.draw_set(pool(), patients, seed), seed)
    examined = look(subject, [code for code in CHECKS if code != "RZ060"])
    told = tell(examined, subject, {})
    every = [*told.findings, *told.passed]
    return Clean(
        [(one.code, one.severity) for one in told.findings],
        sum(one.evidence.p is not None for one in every),
    )


def try_once(number: int, dose: float, patients: int, tests: int, seed: int) -> bool:
    """Is a planted trap found? Trials have numbers, which a process can be sent."""
    trial, chance = trials()[number], np.random.default_rng(seed)
    data = traps.draw_set(pool(), patients, seed)
    data = trial.plant(data, dose, chance) if trial.plant else data
    return is_found(make_subject(data, seed, trial.deed(dose)), trial.code, tests)


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


def main() -> None:
    """Run all trials and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--patients", type=int, default=1500)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--held-back", action="store_true")
    asked = parser.parse_args()
    first = HELD_BACK if asked.held_back else 0
    seeds = range(first, first + asked.seeds)
    every = [(number, trial) for number, trial in enumerate(trials())
             if trial.code in CHECKS and asked.only in ("", trial.code)]  # fmt: skip
    lines: list[str] = []
    failed: list[str] = []
    with ProcessPoolExecutor(2) as crew:
        clean = list(crew.map(partial(audit_clean, asked.patients), seeds))
        tests = max(one.tests for one in clean)
        for number, trial in every:
            for dose in trial.doses:
                run = partial(try_once, number, dose, asked.patients, tests)
                hits = sum(crew.map(run, seeds))
                share = write_share(hits, asked.seeds)
                lines.append(f"| {trial.code} | {trial.name} | {dose:g} | {share} |")
                print(lines[-1], flush=True)
                if dose == trial.doses[-1] and wilson(hits, asked.seeds)[1] < POWER:
                    failed.append(f"{trial.code} {trial.name}: power {share}")
    alarms = Counter(code for one in clean for code in {c for c, s in one.found if s in BAD})
    calm = []
    for code in CHECKS:
        share = write_share(alarms[code], asked.seeds)
        calm.append(f"| {code} | {CHECKS[code].title} | {share} |")
        if wilson(alarms[code], asked.seeds)[0] > FALSE_ALARMS:
            failed.append(f"{code}: false alarms {share}")
    any_error = sum(any(s == "error" for _, s in one.found) for one in clean)
    if wilson(any_error, asked.seeds)[0] > ANY_ERROR:
        failed.append(f"any error on clean sets: {any_error} of {asked.seeds}")
    calm.append(f"| any | an error of any check | {write_share(any_error, asked.seeds)} |")
    print("\n".join(calm))
    if asked.write:
        write_page(lines, calm, asked.seeds, asked.patients, first)
    if failed:
        sys.exit("\n".join(failed))


def write_page(lines: list[str], calm: list[str], seeds: int, patients: int, first: int) -> None:
    """Put both tables into the reference."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    head = text.split("<!-- tables -->")[0] if "<!-- tables -->" in text else "# Power\n\n"
    page = [
        f"{head}<!-- tables -->",
        f"{seeds} sets of {patients} patients each, seeds {first} to {first + seeds - 1}.",
        "",
        "| check | planted | dose | found |", "|---|---|--:|--:|", *lines, "",
        "## False alarms on clean sets", "",
        "| check | trap | warnings or errors |", "|---|---|--:|", *calm, "",
    ]  # fmt: skip
    PAGE.write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
