"""Imports inside functions fail late: each must find what it names."""

import ast
import importlib
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def late_imports() -> set[tuple[str, str]]:
    """Module and name of every `from ... import ...` of ours that stands inside a function."""
    found = set()
    for folder in ("benchmarks", "plugins", "dags"):
        for path in (PROJECT / folder).rglob("*.py"):
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    found |= {
                        (statement.module or "", alias.name)
                        for statement in ast.walk(function)
                        if isinstance(statement, ast.ImportFrom)
                        for alias in statement.names
                    }
    return found


def test_imports_inside_functions_find_what_they_name():
    ours = {one for one in late_imports() if one[0].split(".")[0] in ("vitals", "benchmarks")}
    assert len(ours) > 50
    lacking = []
    for module, name in sorted(ours):
        holder = importlib.import_module(module)
        try:
            getattr(holder, name, None) or importlib.import_module(f"{module}.{name}")
        except ImportError:
            lacking.append(f"{module}.{name}")
    assert lacking == []
