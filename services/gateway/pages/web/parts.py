"""What the macros of `components/parts.html` show: plain values, ready to print. What is shown is decided before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain.placement.stages import Stage
from events.codes import Severity
from services.gateway.pages.web.filters import code


@dataclass(frozen=True, slots=True)
class Tag:
    """A few words in a coloured box; red is for what is overdue alone."""

    text: str
    colour: str = "blue"


@dataclass(frozen=True, slots=True)
class Link:
    """`about` is read aloud after the text, where several links of a page have the same words."""

    text: str
    href: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell. Markup is printed as it is, everything else is escaped."""

    text: str | Markup = ""
    link: Link | None = None
    tag: Tag | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    """`numbers` are the columns, from 0, that hold figures; the first column names its row where `row_headings`."""

    caption: str
    columns: Sequence[str | Link]
    rows: Sequence[Sequence[TableCell | str]]
    numbers: frozenset[int] = frozenset()
    row_headings: bool = True
    caption_hidden: bool = False
    empty: str = "There are none."


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a summary list."""

    key: str
    value: str | Markup
    hint: str = ""
    change: Link | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list of tasks; one that cannot start says why in its hint and has no link."""

    text: str
    status: Tag | str
    href: str | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a placement is about, at the top of each of its pages. `name` is empty where it is withheld."""

    name: str
    reference: str
    facts: Sequence[str] = ()
    stage: Tag | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a timeline. `replaced_because` is the reason of the correction that took its place."""

    title: str
    at: datetime
    by: str = ""
    lines: Sequence[str] = ()
    links: Sequence[Link] = ()
    replaced_because: str = ""


@dataclass(frozen=True, slots=True)
class PageSection:
    """One link of the navigation inside a placement."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """One filter in force. `without` is the address of the list without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Paging:
    """The pages before and after, by keyset: nobody counts how many there are."""

    previous: str | None = None
    next: str | None = None
    what: str = "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing in two widths, and what it shows in words and as a table. `key` has a sample and its words."""

    title: str
    description: str
    wide: Markup
    narrow: Markup
    table: DataTable
    key: Sequence[tuple[Markup, str]] = field(default=())


_OF_STAGE: Final = {
    Stage.DRAFT: "grey",
    Stage.DETERMINED: "purple",
    Stage.AGREEMENT_PENDING: "purple",
    Stage.READY_TO_START: "teal",
    Stage.ACTIVE: "green",
    Stage.PAUSED: "orange",
    Stage.REINTEGRATING: "teal",
    Stage.ENDED: "grey",
    Stage.CLOSED: "grey",
    Stage.DECLINED: "grey",
    Stage.WITHDRAWN: "grey",
    Stage.CANCELLED: "grey",
}


def stage_tag(stage: Stage) -> Tag:
    """`Under way` for what the record calls active: the word that schools use."""
    return Tag("Under way" if stage is Stage.ACTIVE else code(stage), _OF_STAGE.get(stage, "blue"))


def severity_tag(severity: Severity) -> Tag:
    """Whether a missed rule is law or good practice. Neither is red: red says that something is overdue."""
    return Tag("Law", "purple") if severity is Severity.BREACH else Tag("Good practice", "grey")


def due_tag(days: int) -> Tag | None:
    """How near a deadline is, where it is near: negative days are past."""
    if days < 0:
        return Tag("Overdue", "red")
    if days == 0:
        return Tag("Today", "orange")
    return Tag("This week", "yellow") if days <= _A_WEEK else None


_A_WEEK: Final = 7
