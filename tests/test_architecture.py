"""The rules of the house that no linter knows."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "radzoo"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Calls that let a file from outside run code, or write outside its place.
FORBIDDEN_CALLS = {
    "pickle.load",
    "pickle.loads",
    "pickle.Unpickler",
    "torch.jit.load",
    "yaml.load",
    "yaml.unsafe_load",
    "eval",
    "exec",
    "os.system",
    "os.popen",
    "subprocess.getoutput",
}
FORBIDDEN_ENDS = (".extractall", ".load_state_dict_from_url", ".download_url_to_file")
# Keyword arguments that switch a safeguard off.
FORBIDDEN_KEYWORDS = {
    ("weights_only", False),
    ("allow_pickle", True),
    ("shell", True),
    ("typ", "unsafe"),
}
# Modules that turn bytes into objects, and the one that reads their instructions without obeying.
PICKLES = {"pickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
# Where whatever goes wrong becomes an answer: the program, its children, its threads.
BOUNDARIES = {
    "cli/app.py",
    "data/guard.py",  # hands a thread's failure to whoever waits for the answer
    "data/readers/dicom_quick.py",  # leaves the file to the reader that says what is wrong
    "data/readers/raster_quick.py",
    "data/worker.py",
    "models/foreign/child.py",
    "tracking/tracker.py",  # a foreign program must not end a training
    "workflows/side_by_side.py",
}
READER_OF_PICKLES = "models/foreign/unpickler.py"
# What opens a connection, and the one that checks where to.
CONNECTING = {"urlopen", "HTTPConnection", "HTTPSConnection", "create_connection", "urlretrieve"}
CONNECTION = "zoo/transfer_connection.py"
FUNCTIONS = (ast.FunctionDef, ast.ClassDef)


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def unsafe(tree: ast.AST) -> list[str]:
    found = []
    for call in calls(tree):
        name = ast.unparse(call.func)
        given = {
            (keyword.arg, keyword.value.value)
            for keyword in call.keywords
            if isinstance(keyword.value, ast.Constant)
        }
        forbidden = name in FORBIDDEN_CALLS or name.endswith(FORBIDDEN_ENDS)
        if forbidden or name.startswith("torch.hub.") or given & FORBIDDEN_KEYWORDS:
            found.append(f"line {call.lineno}: {name}")
        if name == "torch.load" and ("weights_only", True) not in given:
            found.append(f"line {call.lineno}: torch.load without weights_only=True")
    return found


def imported(tree: ast.AST) -> set[str]:
    """Return the modules that a file imports, wherever in it, by their whole names."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def parse(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def name_of(module: Path) -> str:
    return str(module.relative_to(PACKAGE))


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_unsafe_call(module):
    assert unsafe(parse(module)) == []


@pytest.mark.parametrize(
    "line",
    [
        "torch.load(f)",
        "torch.load(f, weights_only=False)",
        "np.load(f, allow_pickle=True)",
        "torch.hub.load_state_dict_from_url(u)",
        "hub.load_state_dict_from_url(u)",
        "archive.extractall(p)",
        "subprocess.run(c, shell=True)",
        "YAML(typ='unsafe')",
        "pickle.Unpickler(f)",
    ],
)
def test_the_search_for_unsafe_calls_finds_them(line):
    assert unsafe(ast.parse(line))


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_pickles_are_read_in_one_place_only(module):
    roots = {name.partition(".")[0] for name in imported(parse(module))}
    assert name_of(module) == READER_OF_PICKLES or not roots & PICKLES
    assert "torch.hub" not in imported(parse(module))


def test_the_reader_of_pickles_imports_no_shortcut():
    assert imported(parse(PACKAGE / READER_OF_PICKLES)) & {"pickle", "pickle.load"} == {"pickle"}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_connections_are_made_in_one_place_only(module):
    names = {ast.unparse(call.func).rpartition(".")[2] for call in calls(parse(module))}
    assert name_of(module) == CONNECTION or not names & CONNECTING


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_library_code_neither_prints_nor_exits(module):
    if module.parent.name == "cli":
        return
    names = {ast.unparse(call.func) for call in calls(parse(module))}
    assert not names & {"print", "sys.exit", "exit"}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_warning_is_silenced_on_import(module):
    statements = [node for node in parse(module).body if not isinstance(node, FUNCTIONS)]
    found = {ast.unparse(call.func) for node in statements for call in calls(node)}
    assert not {name for name in found if name.endswith(("filterwarnings", "simplefilter"))}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_broad_except_only_at_the_boundaries(module):
    if name_of(module) in BOUNDARIES:
        return
    broad = [
        node.lineno
        for node in ast.walk(parse(module))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    ]
    assert broad == []


def test_no_drawer_for_odds_and_ends():
    assert not [
        module for module in MODULES if module.stem in {"utils", "helpers", "common", "misc"}
    ]
