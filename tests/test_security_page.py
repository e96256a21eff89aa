"""What docs/security.md says is held by tests is held by tests that there are."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_each_test_that_the_page_of_security_names_exists() -> None:
    page = (PROJECT / "docs" / "security.md").read_text("utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    files = [path.read_text("utf-8") for path in (PROJECT / "tests").rglob("test_*.py")]
    written = {name for text in files for name in re.findall(r"^(?:async )?def (test_\w+)\(", text, re.MULTILINE)}

    assert len(named) > 20
    assert named - written == set()


def test_the_page_of_security_goes_through_each_requirement_once() -> None:
    page = (PROJECT / "docs" / "security.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+\.\d+\.\d+(?:(?:, | to )\d+\.\d+\.\d+)*) \| (.+?) \| (.+?) \|", page, re.MULTILINE)
    numbers = [number for listed, _, _ in rows for number in re.findall(r"\d+\.\d+\.\d+", listed)]

    assert len(numbers) == len(set(numbers)) > 30
    assert all(asks.strip() and here.strip() for _, asks, here in rows)
