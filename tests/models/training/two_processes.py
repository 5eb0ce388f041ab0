"""One process of a training of noise, for `test_ranks.py`: writes what it ended with."""

import json
import os
import signal
import sys
from pathlib import Path

import torch

# The tests import this file's neighbours by path; a process of its own has to as well.
sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import entry_of, recipe_of, samples_of

from radzoo.core.config import Launch
from radzoo.core.errors import RadzooError
from radzoo.models.build import build_network
from radzoo.models.device import engine_for, reproducible
from radzoo.models.training.fabric import muster
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.train import train
from radzoo.tasks.binary import TASK

ONE = torch.ones(1)


def separation(targets, logits):
    return float(logits[targets == 1].mean() - logits[targets == 0].mean())


def trouble(kind, engine):
    """Return a hook that makes the second process behave badly in the second epoch."""

    def on_step(epoch, done, total):
        if epoch == 2 and engine.ranks.rank == 1:
            if kind == "raise":
                raise ZeroDivisionError
            if kind:
                os.kill(os.getpid(), getattr(signal, kind))

    return on_step


def main(out, architecture, kind, changes, processes, parallel, nodes=1):
    recipe = recipe_of(**changes)
    entry = entry_of(architecture)
    engine = muster(
        engine_for(torch.device("cpu"), recipe),
        Launch(devices=processes, nodes=nodes, parallel=parallel),
    )
    network = build_network(entry, outputs=1, weights=None, dropout=recipe.dropout, seed=0)
    poison = {"nan": float("nan")}.get(kind, 1.0)

    def loss(logits, targets):
        mine = poison if engine.ranks.rank == engine.ranks.count - 1 else 1.0
        return TASK.loss(logits, targets, ONE) * mine

    with reproducible(engine.device, threads=1):
        trained = train(
            network, samples_of(37), samples_of(13, seed=9), contract=entry.input, recipe=recipe,
            engine=engine, loss=loss, judge=separation,
            hooks=Hooks(on_step=trouble(kind if kind != "nan" else "", engine)),
        )  # fmt: skip
    ended = {
        "history": [[e.train_loss, e.val_loss, e.score, e.n_seen] for e in trained.history],
        "names": list(network.state_dict()),
        "weights": torch.cat([w.flatten() for w in network.state_dict().values()]).tolist(),
    }
    Path(f"{out}.{engine.ranks.rank}").write_text(json.dumps(ended))


if __name__ == "__main__":
    try:
        main(*json.loads(sys.argv[1]))
    except RadzooError as error:
        sys.stderr.write(f"{error.id}: {error}\n")
        sys.exit(int(error.exit_code))
