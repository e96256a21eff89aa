"""A count agrees with its noun in each text that the tools and the service write."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.shared.words import are, count, figure, figure_is

ROOT = Path(__file__).resolve().parents[2]
TREES = ("domain", "events", "examples", "infra", "services", "docs")
# What is counted somewhere; the second form is what follows a figure where nothing made the two agree.
NOUNS = {
    "absences", "archives", "attempts", "bytes", "characters", "checkpoints", "children", "clauses", "commands", "days",
    "deadlines", "documents", "entries", "errors", "events", "facts", "faults", "fields", "files", "flaws", "hashes",
    "hours", "keys", "leaves", "letters", "lines", "marks", "members", "minutes", "pages", "people", "placements",
    "places", "positions", "providers", "pupils", "reviews", "rows", "schools", "seconds", "sessions", "sites", "steps",
    "streams", "times", "values", "weeks", "witnesses", "workflows", "years",
}  # fmt: skip
_FOLLOWED = re.compile(rf"^ (?:[a-z-]+ ){{0,2}}?({'|'.join(sorted(NOUNS))})\b")
_VERB_BETWEEN = re.compile(r"^ (?:is|are|was|were|has|have|in|of|by|for|to|at|and|or|the|a|an|its|with|from|as)\b")


def _texts() -> Iterator[tuple[str, ast.JoinedStr]]:
    for tree in TREES:
        for path in sorted((ROOT / tree).rglob("*.py")):
            if "results" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def _is_constant(value: ast.expr) -> bool:
    """Named in capitals: it is more than one, and whoever changes it sees so."""
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return name.isupper()


def _disagreeing(text: ast.JoinedStr) -> Iterator[str]:
    for value, after in zip(text.values, text.values[1:], strict=False):
        if not (isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant)):
            continue
        said = str(after.value)
        if _is_constant(value.value) or _VERB_BETWEEN.match(said):
            continue
        named = isinstance(value.value, ast.Attribute) and value.value.attr == "family"  # a name, no number
        if (_FOLLOWED.match(said) and not named) or said.startswith("(s)"):
            yield said


def test_no_text_writes_a_plural_behind_a_figure_that_may_be_one() -> None:
    found = [f"{place}: {said[:40]!r}" for place, text in _texts() for said in _disagreeing(text)]
    assert not found, "words.figure or words.count makes them agree:\n" + "\n".join(found)


def test_no_text_leaves_the_number_to_the_reader() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for tree in TREES
        for path in sorted((ROOT / tree).rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"[a-z]\(s\)", line)
    ]
    assert not found


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "0 flaws"), (1, "1 flaw"), (2, "2 flaws"), (11, "11 flaws"), (21, "21 flaws")],
)
def test_figure_agrees_with_its_noun(n: int, said: str) -> None:
    assert figure(n, "flaw") == said


def test_figure_takes_a_plural_of_its_own() -> None:
    assert (figure(1, "entry", "entries"), figure(2, "entry", "entries")) == ("1 entry", "2 entries")


def test_figure_parts_thousands_where_people_read_it() -> None:
    assert figure(20_000, "character", form=",") == "20,000 characters"


@pytest.mark.parametrize(("n", "said"), [(0, "no days"), (1, "one day"), (10, "ten days"), (11, "11 days")])
def test_count_agrees_with_its_noun(n: int, said: str) -> None:
    assert count(n, "day") == said


@pytest.mark.parametrize(("n", "verb"), [(0, "are"), (1, "is"), (2, "are")])
def test_verb_agrees_with_its_number(n: int, verb: str) -> None:
    assert are(n) == verb
    assert figure_is(n, "event").endswith(f" {verb}")
