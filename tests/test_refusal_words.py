"""What a case worker reads of a rule is short and plain: each refusal, its page, each duty and each deadline."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.law.rules import RULES
from domain.placement.duties import DUTIES
from domain.placement.time.deadlines import deadlines
from domain.shared.errors import Rejected
from services.gateway.commands.catalogue import SPECS
from services.gateway.http.problem_types import OWN
from tests.domain.documenting import closed, running
from tests.reading import LONGEST_SENTENCE, words_in_longest

LONGEST_TITLE = 12
"""Words."""
_OLD_WORDS = re.compile(
    r"\b(is told of|are told of|stands?|comes to|goes by|anew|for ever|reckons?|please|hold together|lies? ahead"
    r"|lies in the future|authorit(y|ies)|e-mail|somebody else|e\.g\.|i\.e\.|etc)\b",
    re.IGNORECASE,
)


def _refusals() -> list[type[Rejected]]:
    """Of every rule that the catalogue of commands brings with it."""
    assert SPECS

    def below(kind: type[Rejected]) -> Iterator[type[Rejected]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    return sorted((each for each in set(below(Rejected)) if hasattr(each, "code")), key=lambda each: each.__qualname__)


def _details() -> Iterator[tuple[str, str]]:
    """Each text that a rule refuses with, as it is written; a value inside it counts as one word."""
    names = {each.__name__ for each in _refusals()}
    for path in sorted(Path("domain").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
                text = _written(node.args[0])
                if text:
                    yield f"{path}:{node.lineno}", text


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "value" for each in node.values)
    return ""


REFUSALS = _refusals()


def _hard(texts: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> dict[str, str]:
    """The texts with a sentence that is too long, or with words that nobody says."""
    return {
        where: text for where, text in texts if words_in_longest(text) > LONGEST_SENTENCE or _OLD_WORDS.search(text)
    }


def test_each_refusal_has_a_short_plain_title() -> None:
    assert len(REFUSALS) > 150
    titles = [(each.__qualname__, each.title) for each in REFUSALS] + [(each.code, each.title) for each in OWN.values()]

    assert _hard(titles) == {}
    assert {where: title for where, title in titles if len(title.split()) > LONGEST_TITLE} == {}
    assert {where: title for where, title in titles if title.endswith(".") or title[0] != title[0].upper()} == {}


def test_each_problem_page_is_in_short_plain_sentences() -> None:
    pages = [(each.__qualname__, each.__doc__ or "") for each in REFUSALS]

    assert _hard([*pages, *((each.code, each.words) for each in OWN.values())]) == {}


def test_each_refusal_says_in_short_sentences_what_to_do() -> None:
    details = list(_details())

    assert len(details) > 200
    assert _hard(details) == {}
    assert {where: text for where, text in details if not text.endswith((".", "value"))} == {}


def test_each_duty_is_something_to_do() -> None:
    said = [(rule, each.words) for rule, each in RULES.items()]
    said += [(duty.rule, duty.what) for duty in DUTIES if duty.what]

    assert _hard(said) == {}
    assert {rule: text for rule, text in said if text.split()[0] not in _VERBS} == {}


_VERBS = frozenset(
    {"Acknowledge", "Answer", "Arrange", "Bring", "Consult", "Decide", "Do", "Evaluate", "Find", "Give", "Hold"}
    | {"Invite", "Look", "Make", "Plan", "Record", "Review", "Take", "Tell"}
)


@pytest.mark.parametrize("given", [running(), closed()], ids=["running", "closed"])
def test_each_deadline_of_a_placement_is_a_short_sentence(given: object) -> None:
    found = deadlines(given.state, given.calendar)  # type: ignore[attr-defined]

    assert _hard([(each.rule, each.words) for each in found]) == {}
