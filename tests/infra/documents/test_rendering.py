"""Pages: the same bytes from the same document, nothing in it read as markup, and what a screen reader needs."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from domain.documents.catalogue import MAKES, documents
from domain.documents.model import Document
from infra.documents.rendering import render, render_html, render_pdf
from tests.domain.documenting import closed, source_of

ALL = {
    f"{document.kind}-{number}": document
    for cause in MAKES
    for number, document in enumerate(documents(source_of(closed(), up_to=cause)))
}
NOTICE = ALL["notice-0"]


class Outline(HTMLParser):
    """The elements of a page in order, with their attributes and the text inside them."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def tags(self, *names: str) -> list[str]:
        return [tag for tag, _ in self.found if tag in names]


@pytest.mark.parametrize("document", ALL.values(), ids=ALL)
def test_the_same_document_gives_the_same_bytes(document: Document) -> None:
    assert render(document) == render(document)


@pytest.mark.parametrize("document", ALL.values(), ids=ALL)
def test_a_pdf_is_accessible_by_its_standard(document: Document) -> None:
    """The compiler checks PDF/UA-1 as it writes, and says so in the file; tags, language and title are there."""
    pdf = render_pdf(document)

    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1" in pdf
    assert b"/Lang(en-GB)" in pdf
    assert b"/Marked true" in pdf
    assert document.title.encode() in re.findall(rb"<dc:title>.*?</dc:title>", pdf, re.DOTALL)[0]
    assert b"/FontFile" in pdf
    assert b"CreationDate" not in pdf


@pytest.mark.parametrize("document", ALL.values(), ids=ALL)
def test_a_page_has_its_language_one_title_and_headings_in_order(document: Document) -> None:
    page = Outline(render_html(document))

    assert page.found[0] == ("html", {"lang": "en-GB"})
    assert page.tags("h1", "h2", "h3", "h4") == ["h1", *["h2"] * len(document.sections)]
    assert page.tags("title", "main") == ["title", "main"]
    headers = [attributes for tag, attributes in page.found if tag == "th"]
    assert all(attributes == {"scope": "col"} for attributes in headers)
    assert page.tags("script", "img", "link", "iframe") == []
    tables = [table for section in document.sections for table in section.tables if table.rows]
    assert len(page.tags("caption")) == len(page.tags("table")) == len(tables)


def test_a_page_names_the_clause_of_each_item() -> None:
    page = Outline(render_html(NOTICE))

    named = {attributes["data-clause"] for _, attributes in page.found if "data-clause" in attributes}
    assert named == set(NOTICE.clauses)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '#panic("no")', "*bold* _it_ $x$ @ref <label> \\ // /*"])
def test_what_a_document_says_is_never_read_as_markup(text: str) -> None:
    strange = replace(NOTICE, about=text, opening=(text,))

    page = Outline(render_html(strange))

    assert page.tags("script") == []
    assert text in "".join(page.text)
    assert b"<pdfuaid:part>1" in render_pdf(strange)


def test_a_control_character_is_left_out() -> None:
    strange = replace(NOTICE, about="Robin\x0bExample\x07")

    assert b"\x0b" not in render_html(strange)
    assert b"<pdfuaid:part>1" in render_pdf(strange)


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Ελένη", "Ђорђе"])
def test_names_of_many_languages_have_their_letters(name: str) -> None:
    assert b"<pdfuaid:part>1" in render_pdf(replace(NOTICE, about=name))


@pytest.mark.parametrize("name", ["李小龙", "Robin 🙂"])
def test_a_script_that_the_fonts_lack_still_makes_a_tagged_pdf(name: str) -> None:
    strange = replace(NOTICE, about=name)

    pdf = render_pdf(strange)

    assert b"<pdfuaid:part>" not in pdf
    assert b"/Marked true" in pdf
    assert name in render_html(strange).decode()
