import pytest

from radzoo.export.segment_codes import CHANGES, MODIFIERS, ORGANS, STRUCTURE, TISSUE, find_codes


def test_codes_are_those_of_pydicoms_dictionary():
    concepts = pytest.importorskip("pydicom.sr._concepts_dict").concepts["SCT"]
    known = {code: meanings for names in concepts.values() for code, meanings in names.items()}
    for code in (*ORGANS.values(), *CHANGES.values(), *MODIFIERS.values(), STRUCTURE, TISSUE):
        assert code.value in known, code
    by_code = {}
    for names in concepts.values():
        for code, (meaning, _) in names.items():
            by_code.setdefault(code, set()).add(meaning.lower())
    for code in (*ORGANS.values(), *CHANGES.values(), *MODIFIERS.values(), STRUCTURE, TISSUE):
        assert code.meaning.lower() in by_code[code.value], code


@pytest.mark.parametrize(
    ("name", "kind", "modifiers"),
    [
        ("liver", "Liver", []),
        ("Kidney_Left", "Kidney", ["Left"]),
        ("right lung", "Lung", ["Right"]),
        ("lung_upper_lobe_left", "Upper lobe of lung", ["Left"]),
        ("hippocampus, anterior", "Hippocampus", ["Anterior"]),
        ("tumour", "Neoplasm", []),
        ("anterior", "Tissue", []),
        ("liverish", "Tissue", []),
        ("", "Tissue", []),
    ],
)
def test_by_name(name, kind, modifiers):
    found = find_codes(name)
    assert found.kind.meaning == kind
    assert [one.meaning for one in found.modifiers] == modifiers
