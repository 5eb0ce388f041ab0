import re

import pytest

from radzoo.core.entry import Citation
from radzoo.zoo.catalog import load_catalog
from radzoo.zoo.citation import collect_references, escape, key_of, to_bibtex

RESNET = Citation(
    text="He K, Zhang X, van der Maaten L, et al. Deep & residual_learning. CVPR 2016.",
    doi="10.1109/CVPR.2016.90",
    arxiv="1512.03385",
)


def test_a_whole_entry_by_hand():
    assert to_bibtex(RESNET, key_of(RESNET)) == (
        "@misc{he2016deep,\n"
        "  author = {He, K. and Zhang, X. and van der Maaten, L. and others},\n"
        r"  title = {{Deep \& residual\_learning}}," + "\n"
        "  howpublished = {CVPR 2016},\n"
        "  year = {2016},\n"
        "  doi = {10.1109/CVPR.2016.90},\n"
        "  eprint = {1512.03385},\n"
        "  archiveprefix = {arXiv},\n"
        "  url = {https://arxiv.org/abs/1512.03385},\n"
        "}"
    )


@pytest.mark.parametrize(
    ("text", "key", "field"),
    [
        ("Jégou H. ViT? 2021.", "jegou2021vit", "author = {Jégou, H.}"),
        ("Weinberger KQ. The net. 2017.", "weinberger2017net", "author = {Weinberger, K. Q.}"),
        ("The radzoo team. A net. 2026.", "theradzooteam2026net", "author = {{The radzoo team}}"),
        ("Curia, https://x.org/a_b.", "curiahttps", r"title = {{Curia, https://x.org/a\_b}}"),
        ("Nobody knows", "nobodyknows", "title = {{Nobody knows}}"),
    ],
)
def test_nothing_is_guessed(text, key, field):
    citation = Citation(text=text)
    assert key_of(citation) == key
    bibtex = to_bibtex(citation, key)
    assert field in bibtex
    assert ("author" in bibtex) == ("author" in field)


def test_the_authors_own_entry_is_kept():
    own = "@article{own:2020,\n title={100%}}"
    citation = Citation(text="A B. T. 2020.", bibtex=f"{own}\n")
    assert (key_of(citation), to_bibtex(citation, "x")) == ("own:2020", own)


def test_what_latex_would_run_is_escaped():
    assert escape("\\input{x} 50% $a_1^2$ #~&") == (
        r"\textbackslash{}input\{x\} 50\% \$a\_1\textasciicircum{}2\$ \#\textasciitilde{}\&"
    )


def test_braces_in_an_address_stay_in_pairs():
    bibtex = to_bibtex(Citation(text="T", doi="10.1000/a}b{_c"), "k")
    assert "doi = {10.1000/a%7Db%7B_c}," in bibtex


def test_a_work_comes_once_and_different_works_never_share_a_key():
    second = Citation(text="He K, et al. Deep other things. 2016.")
    found = collect_references([("a", RESNET), ("b", second), ("c", RESNET)])
    assert [(one.key, one.models) for one in found] == [
        ("he2016deep", ("a", "c")),
        ("he2016deepx", ("b",)),
    ]
    assert found[1].bibtex.startswith("@misc{he2016deepx,")


def test_the_registry_makes_sound_bibtex():
    entries = load_catalog().entries.values()
    references = collect_references((entry.name, entry.citation) for entry in entries)
    assert len({one.key for one in references}) == len(references)
    for one in references:
        assert re.match(r"@\w+\{[A-Za-z0-9:_.-]+,\n", one.bibtex), one.bibtex
        bare = re.sub(r"\\[{}]", "", one.bibtex)
        assert bare.count("{") == bare.count("}")
