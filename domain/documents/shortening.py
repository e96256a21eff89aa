"""Texts that were recorded before they had bounds: on paper they are cut, with a word that says so.

The record keeps the whole. A text within the bounds of a new one is left as it is.
"""

from dataclasses import replace

from domain import words
from domain.documents.model import Document, Item, Section, Table
from domain.text import LONG


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
