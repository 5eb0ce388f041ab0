import json


def test_bibtex_of_several_models_each_work_once(radzoo):
    code, out, err = radzoo("cite", "resnet18", "alexnet", "resnet50")
    assert (code, err) == (0, "")
    assert out.count("@misc{") == 2
    assert out.count("wightman2021resnet") == 1
    assert "eprint = {2110.00476}" in out


def test_json_says_which_models_need_it(radzoo):
    code, out, err = radzoo("cite", "resnet18", "resnet50", "--json")
    document = json.loads(out)
    assert (code, err, document["schema_version"]) == (0, "", 1)
    (work,) = document["citations"]
    assert work["models"] == ["resnet18", "resnet50"]
    assert work["arxiv"] == "2110.00476"
    assert work["bibtex"].startswith(f"@misc{{{work['key']},")


def test_markdown_has_links(radzoo):
    _, out, _ = radzoo("cite", "resnet18", "--format", "md")
    assert out.startswith("- Wightman R")
    assert out.endswith("<https://arxiv.org/abs/2110.00476> (resnet18)\n")


def test_an_unknown_model_is_exit_3_and_nothing_is_written(radzoo):
    code, out, err = radzoo("cite", "resnet18", "resnet81")
    assert (code, out) == (3, "")
    assert "did you mean resnet18" in err


def test_there_is_no_csv(radzoo):
    assert radzoo("cite", "resnet18", "--format", "csv")[0] == 2
