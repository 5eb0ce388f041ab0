import pytest

from radzoo.core.errors import LicenceError, UsageError
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.licences import check_licence, is_permissive
from radzoo.zoo.memory import memory_root
from radzoo.zoo.store import fetch_weights
from radzoo.zoo.terms_page import terms_page


@pytest.fixture
def entry(registry, tmp_path):
    (tmp_path / "w.bin").write_bytes(b"weights")
    address = {"kind": "https", "url": "https://example.org/w.bin"}

    def make(weights="MIT", *, conflict=None, source=address):
        licence = {"code": "MIT", "weights": weights, "data": None, "conflict": conflict}
        return find_entry("mine", [registry(mine={"source": source, "license": licence})])

    return make


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True),
        ("apache-2.0", True),
        ("MIT AND BSD-3-Clause", True),
        ("MIT AND CC-BY-NC-4.0", False),
        ("GPL-3.0-only OR MIT", True),
        ("(GPL-3.0-only OR LGPL-3.0-only)", False),
        ("(MIT OR Apache-2.0) AND CC-BY-NC-4.0", False),
        ("GPL-3.0 AND (MIT OR Apache-2.0)", False),
        ("GPL-3.0-only WITH Classpath-exception-2.0", False),
        ("CC-BY-NC-4.0", False),
        ("research only", False),
        ("", False),
        (None, False),
    ],
)
def test_which_licences_are_permissive(licence, permissive):
    assert is_permissive(licence) is permissive


def test_a_permissive_licence_is_shown_once(entry):
    lines = []
    check_licence(entry())
    check_licence(entry(), log=lines.append)
    check_licence(entry(), log=lines.append)
    assert lines == ["mine: licences: code MIT, weights MIT, data not stated"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"weights": "CC-BY-NC-4.0"}, "under CC-BY-NC-4.0, which restricts"),
        ({"weights": None}, "come without a licence"),
        ({"conflict": "The card says MIT, the paper no."}, "contradict each other on its licence"),
    ],
)
def test_all_others_need_consent_which_is_remembered(entry, fields, said):
    with pytest.raises(LicenceError, match=said) as caught:
        check_licence(entry(**fields))
    assert (caught.value.id, caught.value.exit_code) == ("licence-not-accepted", 6)
    assert "radzoo pull mine --accept-license" in caught.value.hint
    nothing_to_read = fields == {"weights": None}
    assert caught.value.hint.startswith("ask its authors" if nothing_to_read else "read it, then")
    lines = []
    check_licence(entry(**fields), accepted=True, log=lines.append)
    assert len(lines) == 1
    assert lines[0].endswith(": accepted")
    check_licence(entry(**fields), log=lines.append)
    assert len(lines) == 1


GITHUB = "https://github.com/a/b"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        (GITHUB + "/releases/download/v1/w.pth", GITHUB),
        ("https://raw.githubusercontent.com/a/b/main/w.pth", GITHUB),
        ("https://media.githubusercontent.com/media/a/b/main/w.pth", GITHUB),
        ("https://huggingface.co/a/b/resolve/main/w.pth", "https://huggingface.co/a/b"),
        ("https://zenodo.org/records/12/files/w.pth", "https://zenodo.org/records/12"),
        ("https://example.org/w.pth", None),
    ],
)
def test_where_to_read_a_licence_is_said(entry, url, page):
    with pytest.raises(LicenceError) as caught:
        check_licence(entry("CC-BY-NC-4.0", source={"kind": "https", "url": url}))
    assert caught.value.hint.startswith(f"read it at {page}, then" if page else "read it, then")


def test_a_publication_is_where_nothing_else_is(registry):
    for citation, page in (
        ({"text": "x", "doi": "10.1234/x"}, "https://doi.org/10.1234/x"),
        ({"text": "x", "arxiv": "2401.00001"}, "https://arxiv.org/abs/2401.00001"),
    ):
        source = {"kind": "https", "url": "https://example.org/w.pth"}
        assert (
            terms_page(find_entry("m", [registry(m={"source": source, "citation": citation})]))
            == page
        )
    hub = {"kind": "hub", "repository": "a/b", "file": "w"}
    assert (
        terms_page(find_entry("m", [registry(m={"source": hub})])) == "https://huggingface.co/a/b"
    )


def test_a_file_of_the_users_own_needs_no_licence(entry):
    own = {"kind": "local", "path": "w.bin"}
    check_licence(entry(None, source=own))
    with pytest.raises(LicenceError):
        check_licence(entry("CC-BY-NC-4.0", source=own))


def test_a_licence_that_changed_is_asked_again(entry):
    check_licence(entry("CC-BY-NC-4.0"), accepted=True)
    with pytest.raises(LicenceError):
        check_licence(entry("CC-BY-NC-SA-4.0"))
    with pytest.raises(LicenceError):
        check_licence(entry("CC-BY-NC-4.0", conflict="They differ."))
    check_licence(entry("CC-BY-NC-4.0"))


def test_having_been_shown_is_not_consent(entry):
    check_licence(entry(), log=lambda line: None)
    notes = memory_root() / "licences.json"
    notes.write_text(notes.read_text().replace("weights MIT", "weights CC-BY-NC-4.0"))
    with pytest.raises(LicenceError):
        check_licence(entry("CC-BY-NC-4.0"))


@pytest.mark.parametrize("fields", [{"weights": "GPL-3.0"}, {"weights": None}, {"conflict": "no"}])
def test_a_strict_policy_knows_no_consent(entry, monkeypatch, fields):
    check_licence(entry(**fields), accepted=True)
    monkeypatch.setenv("RADZOO_LICENSE_POLICY", "permissive")
    with pytest.raises(LicenceError) as caught:
        check_licence(entry(**fields), accepted=True)
    assert caught.value.id == "licence-policy"
    check_licence(entry())
    monkeypatch.setenv("RADZOO_LICENSE_POLICY", "any")
    check_licence(entry(**fields))


def test_an_unknown_policy_is_wrong_usage(entry, monkeypatch):
    monkeypatch.setenv("RADZOO_LICENSE_POLICY", "Permissive")
    with pytest.raises(UsageError, match="Permissive"):
        check_licence(entry())


def test_consent_that_cannot_be_remembered_counts_now(entry, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "w.bin"))
    made = entry("CC-BY-NC-4.0")
    lines = []
    check_licence(made, accepted=True, log=lines.append)
    assert lines[-1].startswith("warning: that the licence was accepted could not be remembered")
    with pytest.raises(LicenceError):
        check_licence(made)


def test_nobody_gets_at_weights_without_consent(entry, tmp_path):
    made = entry("CC-BY-NC-4.0", source={"kind": "local", "path": "w.bin"})
    with pytest.raises(LicenceError):
        fetch_weights(made, cache=tmp_path, offline=False)
    assert fetch_weights(made, cache=tmp_path, offline=False, accept_licence=True)
    assert fetch_weights(made, cache=tmp_path, offline=False)
