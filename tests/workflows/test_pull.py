import pytest

from radzoo.core.errors import IntegrityError, LicenceError
from radzoo.workflows.pull import pull
from radzoo.zoo.catalog import find_entry


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


def test_every_model_is_brought_in_order(entry, tmp_path):
    pulled = pull([entry("b"), entry("a")], cache=tmp_path)
    assert [one.name for one in pulled] == ["b", "a"]
    assert pulled[0].path == tmp_path / "b"


def test_licences_come_before_the_first_transfer(entry, tmp_path):
    began = []
    entries = [entry("a"), entry("b", licence="CC-BY-NC-4.0")]
    with pytest.raises(LicenceError, match="CC-BY-NC"):
        pull(entries, cache=tmp_path, progress=lambda one: began.append(one) or print)
    assert began == []
    assert len(pull(entries, cache=tmp_path, accept_licence=True)) == 2


def test_what_is_not_certain_is_logged(entry, tmp_path):
    lines = []
    pull([entry("a", licence=None)], cache=tmp_path, log=lines.append)
    assert [line.split(": ")[0] for line in lines] == ["a", "a"]
    assert "no licence" in lines[0]
    assert "no hash" in lines[1]


def test_a_dry_run_reads_no_file(entry, tmp_path):
    planned = pull([entry("a", sha256="0" * 64)], cache=tmp_path, dry_run=True)
    assert (planned[0].sha256, planned[0].cached) == ("0" * 64, True)
    with pytest.raises(IntegrityError):
        pull([entry("a", sha256="0" * 64)], cache=tmp_path)
