"""What a determination rests on: its grounds, the reviews planned, the EHC plan."""

from datetime import date

from events.codes import (
    Deliverer,
    ReviewSource,
)
from events.definition import Question, asked, holds, value
from events.kinds import ADDRESS, CODE, LABEL, LINE, TEXT


@value
class PlanCouncil:
    """The council that maintains an EHC plan, and where to write to it. `la_code` has three digits."""

    la_code: str = holds(CODE, question=Question(label="Code of the council", hint="3 digits, for example 831"))
    name: str = holds(LABEL, question=Question(label="Name of the council"))
    address: str = holds(ADDRESS, question=Question(label="Address of its SEN team"))


@value
class PlannedReview:
    due: date = asked("Review by")
    kind: ReviewSource = asked("Why is it held?")


@value
class DirectionGrounds:
    """What a direction off site rests on: how it is to improve behaviour to come, and what help was given before."""

    purpose: str = holds(TEXT, question=Question(label="How will this improve the pupil's behaviour?"))
    prior_help: str = holds(TEXT, question=Question(label="What help was given before?"))
    not_a_sanction: bool = asked("Do you confirm that this is not a punishment?")


@value
class SectionFItem:
    """One item of special educational provision, and who delivers it while the placement lasts."""

    item: str = holds(TEXT, question=Question(label="Item of section F"))
    delivered_by: str = holds(LINE, question=Question(label="Who gives it during the placement?"))


@value
class SectionFDelivery:
    """One item of special educational provision and who delivers it; `name` is wanted of anybody but those by kind."""

    item: str = holds(TEXT, question=Question(label="Item of section F"))
    delivered_by: Deliverer = asked("Who gives it?")
    name: str | None = holds(LABEL, default=None, question=Question(label="Name", hint="Needed if it is somebody else"))


@value
class PlanConsidered:
    """How an EHC plan was taken into account: whether to review it early, and who delivers each item of section F."""

    early_review: str = holds(
        TEXT, question=Question(label="Should the EHC plan be reviewed early?", hint="Say what you considered")
    )
    section_f: tuple[SectionFItem, ...] = asked("Items of section F")
