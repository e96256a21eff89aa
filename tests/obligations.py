"""Joins docs/obligations.md with the tests that cite each id: `python -m tests.obligations`.

Exits with 1 while an obligation has no test. Reads the marks from the source, so nothing needs to run.
"""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([CS]\d+) \| (.+) \|$", re.MULTILINE)


def listed() -> dict[str, str]:
    """The obligations: id to words."""
    return dict(ROW.findall((ROOT / "docs" / "obligations.md").read_text(encoding="utf-8")))


def cited(mark: str = "obligation") -> dict[str, list[str]]:
    """Id to the tests that cite it with a mark."""
    tests: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for identifier in _marks(node, mark):
                    tests[identifier].append(f"{path.relative_to(ROOT)}::{node.name}")
    return tests


def _marks(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, mark: str) -> list[str]:
    return [
        str(argument.value)
        for call in node.decorator_list
        if isinstance(call, ast.Call) and ast.unparse(call.func) == f"pytest.mark.{mark}"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]


def main() -> int:
    tests = cited()
    obligations = listed()
    for identifier, words in obligations.items():
        print(f"{identifier:4} {words}")
        for test in tests.get(identifier, ["-- no test yet"]):
            print(f"       {test}")
    missing = [identifier for identifier in obligations if identifier not in tests]
    unknown = sorted(tests.keys() - obligations.keys())
    print(f"\n{len(obligations) - len(missing)} of {len(obligations)} obligations have a test.")
    if missing:
        print(f"Without a test: {', '.join(missing)}")
    if unknown:
        print(f"Cited but not listed: {', '.join(unknown)}")
    return 1 if missing or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
