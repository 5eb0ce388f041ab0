import stat

from radzoo.workflows.twins import MEMORY, RememberedTwins, twin_folders
from radzoo.zoo.memory import change_notes, memory_root

NAME, SHA256 = "a" * 64, "b" * 64


def test_what_is_remembered_outlives_the_process_and_is_the_users_alone():
    assert RememberedTwins().recall(NAME) is None
    RememberedTwins().remember(NAME, SHA256)
    RememberedTwins().remember("other", "c" * 64)
    assert RememberedTwins().recall(NAME) == SHA256
    assert not stat.S_IMODE((memory_root() / MEMORY).stat().st_mode) & 0o077


def test_a_note_that_is_no_hash_counts_as_none():
    change_notes(MEMORY, lambda notes: notes.update({NAME: 7}), lambda notes: True)
    assert RememberedTwins().recall(NAME) is None


def test_the_users_own_place_comes_after_the_cache(tmp_path):
    first, own = twin_folders(tmp_path)
    assert first.parent == tmp_path
    assert own.parent == memory_root()
