"""Parts that several documents share."""

from collections.abc import Iterable

from domain import words
from domain.documents.model import Item, Section, Table, item
from domain.documents.source import Source
from events.values import Objective

_REG_4 = "SI 2010/1156 reg 4(1)(a)"
_REG_4A = "SI 2010/1156 reg 4A"
RIGHT_TO_REQUEST = (
    "You may ask in writing for a review meeting at any time. It is held as soon as reasonably practicable, unless"
    " one was held in the ten weeks before you ask."
)

_HOW_REVIEWED = (
    "Parents, the pupil and all who are involved are invited to each review. It looks at whether the objectives are"
    " being met and whether the placement should go on. You may send written views beforehand."
)


def objectives(aims: Iterable[Objective], clause: str | None = None) -> Table:
    return Table(
        caption="Objectives",
        columns=("What is aimed at", "Now", "Target", "How it is measured"),
        rows=tuple((aim.text, aim.baseline, aim.target, aim.measure) for aim in aims),
        clause=clause,
    )


def planned_reviews(source: Source) -> Item:
    days = sorted({planned.due for planned in source.state.planned if planned.due >= source.day})
    told = map(words.on, days) if days else ("No day is set yet. One is held in every half-term.",)
    return item("Reviews planned by", *told, clause=_REG_4)


def about_reviews(source: Source) -> Section:
    return Section(
        heading="How the placement will be reviewed",
        paragraphs=(_HOW_REVIEWED,),
        items=(planned_reviews(source), item("Asking for a review", RIGHT_TO_REQUEST, clause=_REG_4A)),
    )
