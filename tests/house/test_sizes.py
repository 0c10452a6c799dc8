"""A file stays within 400 lines and a function within 50, so that both can be read at once."""

import ast

from tests.house.house import PACKAGES, place, sources

EVERYWHERE = (*PACKAGES, "tests", "bench")


def test_files_stay_short() -> None:
    lengths = {
        place(path): len(path.read_text("utf-8").splitlines())
        for path in sources(".py", ".js", ".css", ".sql", folders=EVERYWHERE)
        if not path.name.endswith((".min.js", ".min.css"))
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_functions_stay_short() -> None:
    long = {}
    for path in sources(".py", folders=EVERYWHERE):
        if "versions" in path.parts:  # migrations are generated
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 50:
                    long[f"{place(path)}:{node.name}"] = length
    assert long == {}
