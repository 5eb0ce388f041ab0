from radzoo.render.compare import name_column, write_p


def test_letters_go_on_after_z():
    assert [name_column(at) for at in (0, 1, 25, 26, 27, 52)] == ["A", "B", "Z", "AA", "AB", "BA"]


def test_a_p_value_is_never_0():
    assert [write_p(p) for p in (None, 0.0, 0.00004, 0.0382, 1.0)] == [
        "-", "<.0001", "<.0001", "0.0382", "1.0000",
    ]  # fmt: skip
