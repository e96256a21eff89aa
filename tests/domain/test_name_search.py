"""By what a name is found, however it is written and however it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.name_search import FEWEST, asked, findable


def finds(typed: str, name: str) -> bool:
    wanted = asked(typed)
    return bool(wanted) and set(wanted) <= findable(name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ami", "Amira Begum"),
        ("AMIRA", "Amira Begum"),
        ("beg ami", "Amira Begum"),
        ("Begum, Amira", "Amira Begum"),
        ("zoe", "Zoë Example"),
        ("Zoë", "Zoe Example"),
        ("zoë", "Zoe\u0308 Example"),
        ("lukasz", "Łukasz Example"),
        ("muller", "Jana Müller"),
        ("mueller", "Jana Müller"),
        ("Müller", "Jana Müller"),
        ("obrien", "Sam O'Brien"),
        ("o'brien", "Sam O\u2019Brien"),
        ("O\u2019Bri", "Sam O'Brien"),
        ("o brien", "Sam O'Brien"),
        ("jones", "Ada Smith-Jones"),
        ("smith-jones", "Ada Smith-Jones"),
        ("smithjones", "Ada Smith-Jones"),
        ("smith-jo", "Ada Smith-Jones"),
        ("al-has", "Noor al-Hassan"),
        ("hassan", "Noor al-Hassan"),
        ("smith jones", "Ada Smith\u2011Jones"),
        ("bo li", "Bo Li"),
        ("li wei", "Wei Li"),
        ("irina", "Ирина Example"),
    ],
    ids=ascii,
)
def test_a_name_is_found_by_beginnings_of_its_parts(typed: str, name: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("mira", "Amira Begum"),
        ("ami smith", "Amira Begum"),
        ("bo lin", "Bo Li"),
        ("lia", "Bo Li"),
        ("am beg", "Amira Begum"),
    ],
    ids=ascii,
)
def test_a_name_is_not_found_by_what_is_no_beginning(typed: str, name: str) -> None:
    assert not finds(typed, name)


@pytest.mark.parametrize("typed", ["", "a", "am", "  ", "'-", "a a"], ids=ascii)
def test_fewer_than_three_letters_search_for_nothing(typed: str) -> None:
    assert asked(typed) == ()


@given(st.text("abcdefghijklmnopqrstuvwxyzéüłÅØ'- ", min_size=1, max_size=60))
def test_every_name_is_found_by_itself_and_by_its_first_letters(name: str) -> None:
    if asked(name):
        assert finds(name, name)
        assert finds(name.upper(), name)
    for part in name.replace("'", " ").replace("-", " ").split():
        if len(asked(part[:FEWEST])):
            assert finds(part[:FEWEST], name)


def test_the_beginnings_of_a_long_name_are_bounded() -> None:
    assert len(findable("a" * 500)) <= 30
    assert finds("a" * 500, "a" * 400)
    assert len(asked(" ".join(f"part{n:03}" for n in range(100)))) <= 12
