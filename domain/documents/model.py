"""A document as a value: what it says, to whom, and which clause asks for each thing it says.

Nothing here knows what a page looks like, so one template serves every document.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from events.codes import DocumentKind, RecipientRole

NOT_RECORDED = "Not recorded."


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that the document says. `clause` is what asks for it, where something does."""

    label: str
    lines: tuple[str, ...]
    clause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Things of one kind, a row each; every row has as many cells as there are columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    clause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a letter is for. `number` tells apart several people in one role, as two parents are."""

    role: RecipientRole
    name: str
    number: int = 1
    address: tuple[str, ...] = ()
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`subject` is the notice, review, agreement or plan that it is about; `version` counts the documents of one kind
    about one subject. A document without an addressee is kept, and sent to nobody.
    """

    kind: DocumentKind
    title: str
    sender: str
    about: str
    reference: str
    dated_on: date
    sections: tuple[Section, ...]
    opening: tuple[str, ...] = ()
    addressee: Addressee | None = None
    subject: UUID | None = None
    version: int = 1
    language: str = "en-GB"

    @property
    def clauses(self) -> tuple[str, ...]:
        """Every clause that asks for something in it."""
        told = (each.clause for section in self.sections for each in section.items)
        shown = (each.clause for section in self.sections for each in section.tables)
        return tuple(dict.fromkeys(clause for clause in (*told, *shown) if clause))


def item(label: str, *told: str | None, clause: str | None = None) -> Item:
    """An item that the document shows even where nothing was recorded, and then says so."""
    return Item(label=label, lines=lines(*told) or (NOT_RECORDED,), clause=clause)


def item_if(label: str, *told: str | None, clause: str | None = None) -> tuple[Item, ...]:
    """The item, or none where nothing was recorded."""
    found = lines(*told)
    return (Item(label=label, lines=found, clause=clause),) if found else ()


def lines(*told: str | None) -> tuple[str, ...]:
    """What was told, line by line, without what is blank."""
    return tuple(line.strip() for text in told if text for line in text.splitlines() if line.strip())
