"""The command line: help without the libraries of the commands, one form for terminals and one for pipes."""

import ast
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_group

from services import cli
from services.commands import doctor, groups, options
from services.commands.lazy import Lazy

ROOT = Path(__file__).parent.parent
HEAVY = ("temporalio", "asyncpg", "fastapi", "psycopg", "psycopg2", "pydantic", "sqlalchemy", "cryptography", "httpx2")
GROUPS: Mapping[str, Mapping[str, Lazy]] = {
    "": cli.COMMANDS,
    "audit": groups.AUDIT,
    "keys": groups.KEYS,
    "pupil": groups.PUPIL,
    "rebuild": groups.REBUILD,
    "returns": groups.RETURNS,
}
COMMANDS = [(group, name) for group, commands in GROUPS.items() for name in commands]
ROWS = [
    {"clause": "notice", "why": "a very long reason " * 12, "position": None},
    {"clause": "review", "why": "on two\nlines, and a\ttab", "position": 7},
]


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_help_imports_no_library_that_its_commands_need(group: str) -> None:
    asked = [group, "--help"] if group else ["--help"]
    code = (
        "import sys\nfrom services.cli import app\n"
        f"try: app({asked!r})\n"
        "except SystemExit as ended: assert not ended.code, ended.code\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )

    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    # A group's own help is asked of the program, which has found the running set-up's settings by then.
    allowed = {"pydantic", "sqlalchemy"} if group else set()
    assert "Usage" in ended.stdout
    assert not (set(HEAVY) - allowed) & set(ended.stderr.split())


def _run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *words],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["worker", "--only", "nonsense"], "'nonsense' is not one of 'commands', 'subscriptions'."),
        (["audit", "verify", "--nonsense"], "No such option"),
    ],
)
def test_a_wrong_option_is_said_without_the_words_of_a_library(words: list[str], said: str) -> None:
    run = _run(*words)

    assert run.returncode == 2
    assert said in run.stderr
    assert "value error" not in run.stderr.lower()


def test_a_wrong_setting_is_said_without_the_words_of_a_library() -> None:
    run = _run("gateway", PLACEMENTS_ISSUER="ftp://nowhere.example")

    assert run.returncode == 2
    assert "PLACEMENTS_ISSUER: an https address is needed" in run.stderr
    assert "value error" not in run.stderr.lower()


@pytest.mark.parametrize(("group", "name"), COMMANDS)
def test_list_says_of_a_command_what_it_says_of_itself(group: str, name: str) -> None:
    listed = GROUPS[group][name]
    itself = listed.load(name)

    assert " ".join(itself.help.split("\n\n")[0].split()) == listed.words


@pytest.mark.parametrize(("group", "name"), COMMANDS)
def test_each_command_of_the_list_is_found_with_its_own_options(group: str, name: str) -> None:
    found = get_group(cli.app)
    context = found.make_context("placements", [group or name, "--help"], resilient_parsing=True)
    _, command, rest = found.resolve_command(context, [group, name] if group else [name])
    if group:
        _, command, rest = command.resolve_command(context, rest)

    assert (rest, command.name) == ([], name)
    assert {each.name for each in command.params} >= set(_parameters(GROUPS[group][name]))


def _parameters(lazy: Lazy) -> Iterator[str]:
    module = __import__(lazy.module, fromlist=[lazy.name])
    found = getattr(module, lazy.name)
    if inspect.isfunction(found):
        yield from inspect.signature(found).parameters


def _shown(capsys: pytest.CaptureFixture[str], show: Callable[[], None]) -> list[str]:
    show()
    return capsys.readouterr().out.splitlines()


def test_a_pipe_gets_one_line_a_row_with_tabs_between_its_cells(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")

    lines = _shown(capsys, lambda: options.show(ROWS, columns=("clause", "why", "position"), as_json=False))

    assert lines[0] == "clause\twhy\tposition"
    assert lines[1].split("\t") == ["notice", ROWS[0]["why"].strip(), ""]  # type: ignore[union-attr]
    assert lines[2].split("\t") == ["review", "on two lines, and a tab", "7"]
    assert len(lines) == 3


def test_a_pipe_gets_the_header_where_there_is_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert _shown(capsys, lambda: options.show([], columns=("a", "b"), as_json=False)) == ["a\tb"]


def test_rows_as_they_come_have_the_same_form_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    def show() -> None:
        with options.show_each(as_json=False) as one:
            for row in ROWS:
                one(row)

    assert _shown(capsys, show)[2] == "review\ton two lines, and a tab\t7"


def test_a_terminal_gets_a_table_that_shows_brackets_as_they_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")

    lines = _shown(capsys, lambda: options.show([{"a": "[red]", "b_c": 1}], columns=("a", "b_c"), as_json=False))

    assert [line.split() for line in lines] == [["a", "b", "c"], ["[red]", "1"]]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_remark_is_never_a_row_of_a_pipe(
    *, terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "on_terminal", lambda: terminal)

    options.remark("2 rows.")

    said = capsys.readouterr()
    assert ("2 rows." in said.out, "2 rows." in said.err) == (terminal, not terminal)


def _piped(folder: Path, *words: str) -> list[str]:
    """In a folder where nothing runs."""
    program = Path(sys.executable).with_name("placements")
    return subprocess.run(
        [program, *words], cwd=folder, capture_output=True, text=True, check=False
    ).stdout.splitlines()


@pytest.mark.parametrize(
    ("command", "columns"), [("people", "person name roles org"), ("doctor", "part state found what_to_do")]
)
def test_doctor_and_people_are_rows_for_a_pipe(command: str, columns: str, tmp_path: Path) -> None:
    lines = _piped(tmp_path, command)

    assert lines[0].split("\t") == columns.split()
    assert {line.count("\t") for line in lines} == {3}
    assert len(json.loads("".join(_piped(tmp_path, command, "--json")))) == len(lines) - 1


def _calls(node: ast.AST) -> set[str]:
    return {each.func.id for each in ast.walk(node) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}


def test_each_command_that_shows_rows_takes_json() -> None:
    """Over the commands of the list: who shows rows, itself or by a function of its module, has the option."""
    missing = []
    for group, name in COMMANDS:
        lazy = GROUPS[group][name]
        of_module: dict[str, ast.AST] = _module_functions(lazy.module)
        reached, ahead = set[str](), [lazy.name]
        while ahead:
            at = ahead.pop()
            if at in of_module and at not in reached:
                reached.add(at)
                ahead += _calls(of_module[at])
        shows = any(_calls(of_module[each]) & {"show", "show_each"} for each in reached)
        if shows and "as_json" not in set(_parameters(lazy)):
            missing.append(f"{group} {name}".strip())

    # What is wrong with an archive stops `detach`: `audit verify --archive FILE --json` says it as JSON.
    assert missing == ["audit detach"]


def _module_functions(module: str) -> dict[str, ast.AST]:
    path = ROOT / (module.replace(".", "/") + ".py")
    body: list[Any] = ast.parse(path.read_text("utf-8")).body
    return {each.name: each for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_no_command_prints_a_table_by_itself() -> None:
    found = [
        path.name
        for path in sorted((ROOT / "services/commands").glob("*.py"))
        if "rich.table" in path.read_text("utf-8") and path.name != "options.py"
    ]
    assert not found


def test_a_finding_says_its_state_in_a_word() -> None:
    said = doctor._said(doctor.HealthFinding(part="clock", well=False, found="moved", remedy="unset it"))

    assert said == {"part": "clock", "state": "NOT WELL", "found": "moved", "what_to_do": "unset it"}
