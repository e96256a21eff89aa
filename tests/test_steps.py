"""What holds for every step, whichever record it is of: it is described once, and nobody outside the rules knows it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.attendance.steps import STEPS as ATTENDANCE
from domain.placement.facts import Need
from domain.placement.steps import STEPS as PLACEMENT
from domain.provider.steps import STEPS as PROVIDER
from domain.pupil.steps import STEPS as PUPIL
from domain.school.steps import STEPS as SCHOOL
from services.application.facts.needs import LOADERS
from services.gateway.commands.catalogue import SPECS

ROOT = Path(__file__).parent.parent
TABLES = {"placement": PLACEMENT, "provider": PROVIDER, "school": SCHOOL, "attendance": ATTENDANCE, "pupil": PUPIL}
COMMANDS = {command.__name__ for table in TABLES.values() for command in table}


def test_each_need_has_a_loader() -> None:
    assert set(LOADERS) == set(Need)


@pytest.mark.parametrize("family", TABLES)
def test_each_command_of_people_has_an_operation_and_no_other_has(family: str) -> None:
    people = [step for step in TABLES[family].values() if step.is_for_people]

    assert [spec.step for spec in SPECS[family].values()] == people  # type: ignore[index] # one of the families


def _sniffed(tree: ast.AST) -> Iterator[str]:
    """Where a value is asked whether it is one of the commands, or for a field that only some commands have."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds]):
                yield from (each.id for each in ast.walk(kinds) if isinstance(each, ast.Name) and each.id in COMMANDS)
            case ast.Call(func=ast.Name(id="getattr"), args=[value, *_]):
                asked = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
                asked |= {each.attr for each in ast.walk(value) if isinstance(each, ast.Attribute)}
                yield from (f"getattr of {each}" for each in asked if each == "command")
            case ast.MatchClass(cls=ast.Name(id=name)) if name in COMMANDS:
                yield name


def test_nothing_outside_the_rules_asks_which_command_it_has() -> None:
    files = [path for folder in ("services", "infra") for path in (ROOT / folder).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}: {what}"
        for path in files
        for what in _sniffed(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert found == []


def test_the_search_for_such_questions_finds_them() -> None:
    asked = """
isinstance(x, DraftReferral | Close)
getattr(one.command, "method")
match x:
    case Close():
        pass
"""

    assert list(_sniffed(ast.parse(asked))) == ["DraftReferral", "Close", "getattr of command", "Close"]
