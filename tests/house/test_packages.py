"""Eight packages, each typed and each introduced by its docstring."""

import ast

import pytest

from tests.house.house import PACKAGES, ROOT


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_typed_and_introduced(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()
    assert ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text("utf-8")))
