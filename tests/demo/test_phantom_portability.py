"""The generator's source uses only operations that IEEE 754 or integer arithmetic fixes."""

import ast
from pathlib import Path

import pytest

import radzoo.demo

# Hazards and times are exponentials and logarithms, which machines round in their own way.
NOT_PORTABLE = {"phantom_survival"}
SOURCES = sorted(
    path
    for path in Path(radzoo.demo.__file__).parent.glob("phantom*.py")
    if path.stem not in NOT_PORTABLE
)
# What only names types, puts things in order, or writes what was drawn.
HARMLESS = (
    "collections.abc", "csv", "functools", "io", "itertools", "nibabel", "pathlib",
    "pydicom.uid", "radzoo.core.publish", "radzoo.demo.dicom_", "typing",
)  # fmt: skip
ALLOWED = {
    "abs", "any", "arange", "array", "bincount", "bool_", "broadcast_shapes", "clip",
    "concatenate", "dtype", "flatnonzero", "float32", "float64", "floating", "floor", "full_like",
    "int64", "intp", "maximum", "minimum", "ndarray", "ones_like", "random", "repeat", "rint",
    "s_", "sqrt", "stack", "uint16", "uint8", "where", "zeros", "zeros_like",
}  # fmt: skip
FORBIDDEN_METHODS = {"mean", "std", "var", "dot", "cumsum", "prod", "trace"}


def portable_violations(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "np":
                found += [f"np.{node.attr}"] if node.attr not in ALLOWED else []
            elif node.attr in FORBIDDEN_METHODS:
                found.append(f".{node.attr}")
            elif isinstance(node.value, ast.Attribute) and node.value.attr == "random":
                found += [f"np.random.{node.attr}"] if node.attr != "PCG64" else []
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.MatMult):
            found.append(type(node.op).__name__)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or name.name for name in node.names]
            inside = ("numpy", "dataclasses", "radzoo.demo.phantom", *HARMLESS)
            found += [name for name in names if not name.startswith(inside)]
    return found


def test_the_sources_are_found():
    assert len(SOURCES) >= 8


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_source_is_portable(path):
    assert portable_violations(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "np.exp(x)",
        "np.random.default_rng(1)",
        "x ** 2",
        "a @ b",
        "x.mean()",
        "import scipy",
        "np.linalg.norm(x)",
        "from math import sin",
    ],
)
def test_each_trespass_is_seen(line):
    assert portable_violations(line)
