"""What a determination rests on: its grounds, the reviews planned, the EHC plan."""

from datetime import date

from events.codes import (
    Deliverer,
    ReviewSource,
)
from events.definition import holds, value
from events.kinds import ADDRESS, CODE, LABEL, LINE, TEXT


@value
class PlanCouncil:
    """The council that maintains an EHC plan, and where to write to it. `la_code` has three digits."""

    la_code: str = holds(CODE)
    name: str = holds(LABEL)
    address: str = holds(ADDRESS)


@value
class PlannedReview:
    due: date
    kind: ReviewSource


@value
class DirectionGrounds:
    """What a direction off site rests on: how it is to improve behaviour to come, and what help was given before."""

    purpose: str = holds(TEXT)
    prior_help: str = holds(TEXT)
    not_a_sanction: bool


@value
class SectionFItem:
    """One item of special educational provision, and who delivers it while the placement lasts."""

    item: str = holds(TEXT)
    delivered_by: str = holds(LINE)


@value
class SectionFDelivery:
    """One item of special educational provision and who delivers it; `name` is wanted of anybody but those by kind."""

    item: str = holds(TEXT)
    delivered_by: Deliverer
    name: str | None = holds(LABEL, default=None)


@value
class PlanConsidered:
    """How an EHC plan was taken into account: whether to review it early, and who delivers each item of section F."""

    early_review: str = holds(TEXT)
    section_f: tuple[SectionFItem, ...]
