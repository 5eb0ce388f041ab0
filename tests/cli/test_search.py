import json


def names(document):
    return [model["name"] for model in json.loads(document)["models"]]


def test_the_best_come_first_and_a_typo_is_forgiven(radzoo):
    code, out, err = radzoo("search", "densnet121", "--json")
    assert (code, err) == (0, "")
    models = json.loads(out)["models"]
    assert "densenet121" in names(out)[:3]
    scores = [model["score"] for model in models]
    assert scores == sorted(scores, reverse=True)
    assert set(models[0]) >= {"name", "task", "pulled", "license"}


def test_the_columns_are_those_of_list(radzoo):
    header = radzoo("list")[1].splitlines()[0].split()
    assert radzoo("search", "alexnet")[1].splitlines()[0].split() == header


def test_quiet_gives_names_and_limit_the_first(radzoo):
    _, out, _ = radzoo("search", "densenet", "-q", "--limit", "2")
    assert len(out.splitlines()) == 2
    assert names(radzoo("search", "densenet", "--json", "--limit", "2")[1]) == out.split()


def test_nothing_found_is_no_error(radzoo):
    said = "no model mentions all these words\n"
    assert radzoo("search", "zebra", "crossing") == (0, "", said)
    assert json.loads(radzoo("search", "zebra", "--json")[1])["models"] == []
    assert radzoo("search", "zebra", "-q") == (0, "", "")


def test_other_formats(radzoo):
    assert radzoo("search", "alexnet", "--format", "csv")[1].startswith("name,")
    assert radzoo("search", "alexnet", "--format", "md")[1].startswith("| name |")
    assert "tabular" in radzoo("search", "alexnet", "--format", "tex")[1]


def test_words_are_needed(radzoo):
    assert radzoo("search")[0] == 2
