import hashlib

import pytest

from radzoo.core.entry import LocalSource
from radzoo.core.errors import InputError, IntegrityError
from radzoo.zoo.checksum import verify_file

BODY = b"weights" * 400_000


@pytest.fixture
def path(tmp_path):
    (tmp_path / "w").write_bytes(BODY)
    return tmp_path / "w"


def known(**facts):
    return LocalSource(kind="local", path="w", **facts)


RIGHT = {
    "sha256": hashlib.sha256(BODY).hexdigest(),
    "sha256_prefix": hashlib.sha256(BODY).hexdigest()[:8],
    "md5": hashlib.md5(BODY).hexdigest(),
    "size_bytes": len(BODY),
}


@pytest.mark.parametrize("fact", RIGHT)
def test_each_fact_is_checked(path, fact):
    fetched = verify_file(path, known(**{fact: RIGHT[fact]}), cached=True)
    assert fetched.sha256 == RIGHT["sha256"]
    wrong = RIGHT[fact] + 1 if fact == "size_bytes" else "0" * len(RIGHT[fact])
    with pytest.raises(IntegrityError) as caught:
        verify_file(path, known(**{fact: wrong}), cached=True)
    assert caught.value.id == ("wrong-size" if fact == "size_bytes" else "wrong-hash")


def test_a_right_sha256_does_not_excuse_a_wrong_md5(path):
    with pytest.raises(IntegrityError, match="md5"):
        verify_file(path, known(sha256=RIGHT["sha256"], md5="0" * 32), cached=True)


@pytest.mark.parametrize("at", [0, 1 << 20, len(BODY) - 1])
def test_one_changed_byte_is_noticed_wherever_it_is(path, at):
    body = bytearray(BODY)
    body[at] ^= 1
    path.write_bytes(body)
    with pytest.raises(IntegrityError):
        verify_file(path, known(sha256=RIGHT["sha256"]), cached=True)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\n<!DOCTYPE html>", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1", "a git-lfs pointer"),
        (b'{"error": "gone"}', "a JSON or text message"),
        (b"<?xml version='1.0'?>", "an XML message"),
        (b"\x1f\x8b\x08", "gzip-compressed data"),
    ],
)
def test_what_came_instead_is_named(path, head, kind):
    path.write_bytes(head)
    with pytest.raises(IntegrityError, match=kind):
        verify_file(path, known(sha256=RIGHT["sha256"]), cached=True)


def test_progress_ends_at_the_size(path):
    seen = []
    verify_file(path, known(), cached=True, progress=lambda *step: seen.append(step))
    assert seen[-1] == (len(BODY), len(BODY))


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError):
        verify_file(tmp_path / "none", known(), cached=True)
