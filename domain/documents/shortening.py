"""Texts that were recorded before they had bounds: on paper they are cut, with a word that says so.

The record keeps the whole. A text within the bounds of a new one is left as it is.
"""

from dataclasses import replace
from typing import Final

from domain.documents.model import Document, Item, Section, Table
from domain.shared import words
from domain.shared.text import LONG

_BRIEF_CHARACTERS: Final = 1_000
_BRIEF_LINES: Final = 20
_BRIEF_ROWS: Final = 200


def shortened(document: Document) -> Document:
    return replace(
        document,
        opening=tuple(map(_text, document.opening)),
        sections=tuple(map(_section, document.sections)),
    )


def _section(section: Section) -> Section:
    return replace(
        section,
        paragraphs=tuple(map(_text, section.paragraphs)),
        items=tuple(map(_item, section.items)),
        tables=tuple(map(_table, section.tables)),
    )


def _table(table: Table) -> Table:
    return replace(table, rows=tuple(tuple(map(_text, row)) for row in table.rows))


def _item(item: Item) -> Item:
    whole = "\n".join(item.lines)
    return item if _fits(whole) else replace(item, lines=tuple(_text(whole).splitlines()))


def _text(text: str) -> str:
    if _fits(text):
        return text
    lines = text.splitlines(keepends=True)
    kept = "".join(lines[: LONG.most_lines])[: LONG.most_characters].rstrip()
    whole = f"{words.figure(len(text), 'character', form=',')} on {words.figure(len(lines), 'line', form=',')}"
    word = f"[Shortened on paper. The record holds the whole text: {whole}.]"
    return f"{kept}\n{word}".lstrip()


def _fits(text: str) -> bool:
    return len(text) <= LONG.most_characters and len(text.splitlines()) <= LONG.most_lines


def brief(document: Document) -> Document:
    """What is made where the whole cannot be: each text begins, and says where the rest is. The page has the whole."""
    return replace(
        document,
        opening=tuple(map(_begun, document.opening)),
        sections=tuple(
            replace(
                section,
                paragraphs=tuple(map(_begun, section.paragraphs)),
                items=tuple(
                    replace(each, lines=tuple(_begun("\n".join(each.lines)).splitlines())) for each in section.items
                ),
                tables=tuple(map(_first_rows, section.tables)),
            )
            for section in document.sections
        ),
    )


def _first_rows(table: Table) -> Table:
    rows = tuple(tuple(map(_begun, row)) for row in table.rows[:_BRIEF_ROWS])
    if len(table.rows) > _BRIEF_ROWS:
        rest = words.figure(len(table.rows) - _BRIEF_ROWS, "row", form=",")
        rows += ((f"[{rest} more. The record holds them.]", *[""] * (len(table.columns) - 1)),)
    return replace(table, rows=rows)


def _begun(text: str) -> str:
    begun = "\n".join(text[:_BRIEF_CHARACTERS].splitlines()[:_BRIEF_LINES])
    return text if begun == text else f"{begun}\n[Shortened on paper. The record holds the whole text.]"
