"""Any document as HTML and as PDF/UA-1: one template each. The same document gives the same bytes.

The fonts are those that the compiler carries, so a page looks the same on every machine, and nothing is fetched.
"""

import re
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Final

import msgspec
import typst
from jinja2 import Environment, StrictUndefined

from domain.documents.model import Document, Table
from domain.documents.shortening import shortened
from domain.shared import words
from events.codes import DocumentKind
from infra.documents.still import still, with_breaks

HTML: Final = "text/html; charset=utf-8"
PDF: Final = "application/pdf"

_FOLDER = files("infra.documents")
_HTML = Environment(autoescape=True, trim_blocks=False, undefined=StrictUndefined).from_string(
    (_FOLDER / "document.html.jinja").read_text("utf-8")
)
_TYPST: Final = (_FOLDER / "document.typ").read_bytes()
# No template sets these, and no font shows them.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_WIDE = frozenset({DocumentKind.PLACEMENT_RECORD})
_WIDEST, _NARROW = 60, 6
# To break such words in a narrow column over many pages would take a minute.
_ENDLESS = re.compile(r"(\S{200})\S+")
_LONG_CELL = 600
# Of the widest letters a line holds as many, and so does a column of a long text.
_WORD_IN_CELL, _WORD_IN_LINE = re.compile(r"\S{24,}"), re.compile(r"\S{36,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The two forms of a document."""

    html: bytes
    pdf: bytes


def render(document: Document) -> Pages:
    return Pages(html=render_html(document), pdf=render_pdf(document))


def render_html(document: Document) -> bytes:
    shown = _HTML.render(document=document, dated=words.on(document.dated_on))
    return _CONTROL.sub(" ", shown).encode()


def render_pdf(document: Document) -> bytes:
    """Tagged and titled as PDF/UA-1 asks, checked as it compiles.

    A letter of a script that the fonts lack makes no such document: it is then an empty box in one that is
    tagged all the same, and the HTML has it.
    """
    try:
        return _compiled(document, ["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        return _compiled(document, [])


def _compiled(document: Document, standards: list[Any]) -> bytes:
    # Made again each time: several threads cannot share a compiler.
    compiler = typst.Compiler(ignore_system_fonts=True)
    made = compiler.compile(
        _TYPST,
        format="pdf",
        pdf_standards=standards,
        timestamp=0,
        sys_inputs={"document": msgspec.json.encode(_inputs(document)).decode()},
    )
    assert isinstance(made, bytes), "one file, not one for each page"
    return made


def _inputs(document: Document) -> dict[str, Any]:
    document = shortened(document)
    plain: dict[str, Any] = _on_paper(asdict(document))
    plain["opening"] = [_parted(text, _WORD_IN_LINE) for text in plain["opening"]]
    for section, shown in zip(document.sections, plain["sections"], strict=True):
        shown["paragraphs"] = [_parted(text, _WORD_IN_LINE) for text in shown["paragraphs"]]
        for item in shown["items"]:
            item["lines"] = [_parted(line, _WORD_IN_LINE) for line in item["lines"]]
        for table, part in zip(section.tables, shown["tables"], strict=True):
            part["widths"] = _widths(table)
            part["rows"] = [[_cell(cell) for cell in row] for row in part["rows"]]
    dated, wide = words.on(document.dated_on), document.kind in _WIDE
    return {**plain, "clauses": list(document.clauses), "dated": dated, "wide": wide}


def _widths(table: Table) -> list[int]:
    """Each column's share of the width, by its longest text; 0 for one that is as narrow as its text."""
    longest = [max(len(cell) for cell in column) for column in zip(table.columns, *table.rows, strict=True)]
    return [0 if length <= _NARROW else min(length, _WIDEST) for length in longest]


def _cell(cell: str) -> str:
    """A cell's text without endless words; in a long one, which is not measured, long words may break anywhere."""
    cell = _ENDLESS.sub(r"\1... [shortened on paper]", cell)
    return cell if len(cell) <= _LONG_CELL else _parted(cell, _WORD_IN_CELL)


def _parted(text: str, long_word: re.Pattern[str]) -> str:
    """With a place to break after each letter of such words, as a word that is wider than its line leaves the page."""
    return long_word.sub(lambda word: with_breaks(word[0]), text)


def _on_paper(value: Any) -> Any:
    if isinstance(value, str):
        return still(_CONTROL.sub(" ", value))
    if isinstance(value, dict):
        return {name: _on_paper(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_on_paper(each) for each in value]
    return value
