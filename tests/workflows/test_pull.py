import time

import pytest

from radzoo.core.errors import EnvironmentFailure, IntegrityError, LicenceError
from radzoo.workflows.pull import PullConfig, pull
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.memory import memory_root


@pytest.fixture
def entry(tmp_path):
    """Give a model whose weights are the file `name` of the test's folder."""

    def make(name="a", *, licence="MIT", sha256=None):
        base = find_entry("resnet18")
        (tmp_path / name).write_bytes(b"weights")
        source = {"kind": "local", "path": str(tmp_path / name), "sha256": sha256}
        fields = base.model_dump() | {"name": name, "source": source}
        fields["license"]["weights"] = licence
        return type(base).model_validate(fields)

    return make


@pytest.fixture
def remote():
    return find_entry("resnet18")


@pytest.fixture
def bring(tmp_path):
    """Pull into the test's cache; gives the outcome."""

    def run(*entries, log=lambda line: None, progress=None, **fields):
        config = PullConfig(cache=tmp_path / "cache", **fields)
        options = {"progress": progress} if progress else {}
        return pull(entries, config, log=log, **options)

    return run


def test_every_model_is_brought_in_order(entry, tmp_path, bring):
    outcome = bring(*(entry(name) for name in "hcbadefg"))
    assert "".join(one.name for one in outcome.pulled) == "hcbadefg"
    assert outcome.pulled[2].path == tmp_path / "b"
    assert outcome.failed == []


def test_licences_come_before_the_first_transfer(entry, bring):
    began = []
    entries = [entry("a"), entry("b", licence="CC-BY-NC-4.0")]
    with pytest.raises(LicenceError, match="CC-BY-NC"):
        bring(*entries, progress=lambda one: began.append(one) or print)
    assert began == []
    assert len(bring(*entries, accept_licence=True).pulled) == 2
    assert len(bring(*entries).pulled) == 2


def test_what_needs_a_network_stops_all_when_offline(entry, remote, bring):
    began = []
    with pytest.raises(EnvironmentFailure, match="works offline"):
        bring(entry("a"), remote, offline=True, progress=lambda one: began.append(one) or print)
    assert began == []


def test_weights_that_radzoo_does_not_fetch_say_what_to_do(entry, bring):
    base = entry("a", licence=None)
    source = {"kind": "external", "reason": "gated", "instructions": "ask them"}
    external = type(base).model_validate(base.model_dump() | {"source": source})
    with pytest.raises(LicenceError) as caught:
        bring(external)
    assert caught.value.id == "external-weights"
    assert caught.value.hint.startswith("ask them")
    assert caught.value.hint.endswith("radzoo registry add NAME --name mine --local FILE")


@pytest.mark.parametrize("licence", ["MIT", "CC-BY-NC-4.0"])
def test_a_failed_pull_says_and_remembers_nothing_of_a_licence(entry, bring, tmp_path, licence):
    one, lines = entry("a", licence=licence, sha256="0" * 64), []
    assert bring(one, accept_licence=True, log=lines.append).failed
    assert lines == []
    assert not list(memory_root().glob("*licences*"))
    right = entry("a", licence=licence)
    assert bring(right, accept_licence=True, log=lines.append).pulled
    assert "licences: code" in lines[0]
    assert lines[0].endswith(": accepted") is (licence != "MIT")
    assert len(lines) == 2
    assert len(bring(right, log=lines.append).pulled) == 1
    assert len(lines) == 3  # that no hash is known


def test_what_is_not_certain_is_logged(entry, bring):
    lines = []
    bring(entry("a"), log=lines.append)
    assert [line.split(": ")[0] for line in lines] == ["a", "a"]
    assert "licences: code" in lines[0]
    assert "knows no hash" in lines[1]
    bring(entry("a"), log=lines.append)
    assert len(lines) == 3  # the licence is shown once


def test_one_failure_does_not_lose_the_others(entry, bring):
    wrong = [entry("b", sha256="0" * 64), entry("d", sha256="1" * 64)]
    outcome = bring(entry("a"), wrong[0], entry("c"), wrong[1])
    assert [one.name for one in outcome.pulled] == ["a", "c"]
    assert [(name, error.id) for name, error in outcome.failed] == [
        ("b", "wrong-hash"),
        ("d", "wrong-hash"),
    ]


def test_no_more_run_at_a_time_than_asked_for(entry, bring):
    running, most = set(), []

    def progress(one):
        def tell(done, total):
            running.add(one.name)
            most.append(len(running))
            time.sleep(0.02)
            running.discard(one.name)

        return tell

    bring(*(entry(name) for name in "abcdef"), jobs=2, progress=progress)
    assert max(most) <= 2
    most.clear()
    bring(*(entry(name) for name in "abcdef"), jobs=6, progress=progress)
    assert max(most) > 2


def test_a_dry_run_reads_no_file(entry, bring):
    planned = bring(entry("a", sha256="0" * 64), dry_run=True).pulled
    assert (planned[0].sha256, planned[0].cached) == ("0" * 64, True)
    outcome = bring(entry("a", sha256="0" * 64))
    assert isinstance(outcome.failed[0][1], IntegrityError)


@pytest.mark.parametrize("licence", ["MIT", "CC-BY-NC-4.0"])
def test_a_dry_run_remembers_nothing(entry, bring, licence):
    one, said = entry("a", licence=licence), []
    assert bring(one, dry_run=True, accept_licence=True, log=said.append).pulled
    assert not (memory_root() / "licences.json").exists()
    assert said[0].endswith("would be accepted") == (licence != "MIT")
    again = []
    assert bring(one, accept_licence=True, log=again.append).pulled
    assert "licences: code" in again[0]


def test_a_dry_run_needs_the_consent_that_the_pull_will_need(entry, bring):
    with pytest.raises(LicenceError):
        bring(entry("a", licence="CC-BY-NC-4.0"), dry_run=True)
