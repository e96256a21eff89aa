# ruff: noqa: RUF001 - letters that look alike are what this is about
"""A name, an e-mail address and a number are found however they are written, and words that are no names are left."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.shared.naming import hider

PUPIL = "Rowan Tester-Field"

FOUND = [
    # Letters of other alphabets and with strokes, which have no accent to take away.
    ("Łukasz Wiśniewski", "Lukasz Wisniewski rang", "* rang"),
    ("Lukasz Wisniewski", "ŁUKASZ WIŚNIEWSKI rang", "* rang"),
    ("Søren Ørsted", "Soren Orsted, and Soeren Oersted", "*, and *"),
    ("Đorđe Petrović", "Dorde Petrovic rang", "* rang"),
    ("Jürgen Groß", "Juergen Gross and Jurgen Gross", "* and *"),
    ("Anna Mueller", "Anna Müller rang", "* rang"),
    ("Þóra Sigurðardóttir", "Thora Sigurdardottir rang", "* rang"),
    ("İpek Yıldız", "Ipek Yildiz rang", "* rang"),
    ("Nguyễn Thị Lan", "Nguyen Thi Lan rang", "* rang"),
    ("Иван Петров", "Ivan Petrov and ПЕТРОВ ИВАН", "* and *"),
    ("Ivan Petrov", "Иван Петров сказал", "* сказал"),
    ("प्रिया शर्मा", "आज प्रिया शर्मा आईं", "आज * आईं"),
    ("प्रिया शर्मा", "शर्मा, प्रिया", "*"),
    ("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "*"),
    ("محمد علي", "قال مُحَمَّد علي نعم", "قال * نعم"),
    ("李 小龍", "今天李小龍來了", "今天*來了"),
    ("김 철수", "김철수는", "*는"),
    ("สมชาย ใจดี", "คุณสมชายใจดีมา", "คุณ*มา"),
    # What cannot be seen.
    ("Quill Example", "Quill\u200b Example rang", "* rang"),
    ("Quill\u200b Example", "Quill Example rang", "* rang"),
    ("Quill Example", "Qu\u00adill\u2060 Exam\u200dple rang", "* rang"),
    ("Quill Example", "Quill\u00a0\u2009Example, \ufeffQuill\n Example", "*, \ufeff*"),
    ("Quill Example", "\uff31\uff55\uff49\uff4c\uff4c Example", "*"),
    # Apostrophes, hyphens, blanks.
    ("Nora O'Dreary", "Nora ODreary, Nora O’Dreary, Nora O Dreary, Nora O'Dreary's", "*, *, *, *'s"),
    ("Nora ODreary", "Nora O'Dreary rang", "* rang"),
    ("Marlow Sample-Test", "Marlow Sample Test, Marlow SampleTest, Marlow Sample\u2011Test", "*, *, *"),
    ("Marlow Sample-Test", "Marlow Sample and Marlow Test", "* and *"),
    ("Marlow Sample Test", "Marlow Sample-Test and Sample-Test, Marlow", "* and *"),
    ("Fiona MacTest", "Fiona Mac Test rang", "* rang"),
    # Other orders, initials, middle names, titles, possessives.
    ("Quill Ann Example", "Quill Example, Q. A. Example, Q Example and Example, Quill Ann", "*, *, * and *"),
    ("Quill Example", "EXAMPLE, QUILL; Example Quill; Q.Example", "*; *; *"),
    ("Quill Example", "Mrs Example rang, Mr. Example did not", "* rang, * did not"),
    ("Quill Example", "Quill Example's, Quill Example’s and QUILL EXAMPLE'S view", "*'s, *’s and *'S view"),
    ("Ms Quill Example (aunt)", "Quill Example rang", "* rang"),
    # A field of several parts.
    ("Quill Example and Sorrel Sample, aunts", "Sorrel Sample rang, Quill Example not", "* rang, * not"),
    ("Quill & Sorrel Example", "Quill Example rang", "* rang"),
    ("Quill Example / Sorrel Sample", "Sorrel Sample rang", "* rang"),
    ("quill@example.org, 07700 900123", "ring 07700 900123 or quill@example.org.", "ring * or *."),
    ("quill@example.org, 07700 900123", "07700900123, 07700-900-123, 0 7700 900 123", "*, *, *"),
    ("07700 900123", "+44 7700 900123, +44 (0)7700 900123, 00447700900123", "+*, +*, *"),
    ("+44 7700 900123", "07700 900123 or (07700) 900123", "* or (*"),
    ("mobile: 07700\u00a0900123 (evenings)", "her mobile, 07700 900 123, evenings", "her mobile, *, evenings"),
    ("020 7946 0018", "ring 7946 0018", "ring *"),
    ("07700 900123", "٠٧٧٠٠ ٩٠٠١٢٣", "*"),
    ("Quill Example quill@example.org", "Quill Example, <QUILL@EXAMPLE.ORG>", "*, <*>"),
    ("quill@example.org", "write to quill@example.com", "write to *"),
    ("Quill Example", "quill.example@post.example and q.example@post.example", "* and q.example@post.example"),
    ("1 Example Street, Derby, DE99 9ZZ", "at 1 Example Street; DE999ZZ; Derby", "at *; *; Derby"),
    # A name of one word.
    ("May", "May rang; May's view; may we; MAY", "* rang; *'s view; may we; *"),
    ("Will", "Will rang, and Will's view", "* rang, and *'s view"),
]


@pytest.mark.obligation("C6")
@pytest.mark.parametrize(("named", "text", "kept"), FOUND)
def test_a_person_is_found_however_they_are_written(named: str, text: str, kept: str) -> None:
    assert hider([named], "*", but=[PUPIL])(text) == kept


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("May", "In May we meet, on 5 May and in May 2026. May she come? It may be. Maybe. Mayor."),
        ("Will", "Will she come? It will. Willing. Goodwill. Will this do?"),
        ("Hope", "We hope so. Hopeful."),
        ("Jo King", "joking"),
        ("May Be", "maybe"),
        ("Anna Long", "a long day, and along the road"),
        ("Quill Example", "Quill Examples; Example; a quill; Quilly Example"),
        ("Quill Example", "for example, quill pens"),
        ("Will Power", "willpower"),
        ("Quill Tester-Field", "Rowan Tester-Field, R. Tester-Field and Tester-Field, Rowan"),
        ("home 07700 900123", "at home, room 900, 900124, 07700 900124"),
        ("since 2026-12-01", "2026-12-01"),
        ("X", "X rang"),
        ("Maryann", "Mary ann"),
        ("quill@example.org", "info@example.org"),
        ("प्रिया शर्मा", "प्रया शर्मा"),
    ],
)
def test_what_is_no_name_is_left(named: str, text: str) -> None:
    assert hider([named], "*", but=[PUPIL])(text) == text


@pytest.mark.parametrize("own", ["May Tester", "Will Tester", "Łucja O'Tester"])
def test_the_pupil_s_own_name_stays_in_each_way_of_writing_it(own: str) -> None:
    hide = hider(["Marlow Tester", own.split(maxsplit=1)[0]], "*", but=[own])
    first, last = own.split()

    text = f"{own}, {last}, {first} and {first[0]}. {last}"
    assert hide(text) == text
    assert hide("Marlow Tester rang") == "* rang"


@settings(max_examples=60)
@given(
    name=st.tuples(*[st.text("abcdeéłøñśžàüБжшभ", min_size=3, max_size=8)] * 2),
    unseen=st.sampled_from(["", "\u200b", "\u00ad", "\u2060"]),
    gap=st.sampled_from([" ", "\u00a0", "  ", "\n", "-"]),
)
def test_any_name_is_found_with_any_blank_in_small_and_large_letters(
    name: tuple[str, str], unseen: str, gap: str
) -> None:
    first, last = (part.title() for part in name)
    hide = hider([f"{first} {last}"], "*")

    for one, two in ((first, last), (first.upper(), last.upper()), (last, first)):
        assert hide(f"7: {one[0]}{unseen}{one[1:]}{gap}{two} said") == "7: * said"


@settings(max_examples=60)
@given(text=st.text(max_size=80))
def test_a_text_without_the_name_stays_as_it_is(text: str) -> None:
    assert hider(["Zyxwv Utsrqp"], "*")(text) == text


@pytest.mark.parametrize("text", ["a." * 10_000, "0" * 20_000, "-" * 20_000, "0 " * 10_000, "a" * 10_000 + "@"])
def test_names_are_found_beside_a_word_that_fills_its_text(text: str) -> None:
    """Read from each of its letters on, such a word takes seconds, and a pack has many texts."""
    hide = hider(["quill@example.org, 07700 900123"], "[withheld]")

    assert hide(text) == text
    assert hide(f"{text} quill@example.org") == f"{text} [withheld]"
