"""What a determination rests on: its grounds, the reviews planned, the EHC plan."""

from datetime import date

from events.codes import (
    Deliverer,
    ReviewSource,
)
from events.definition import value


@value
class PlanCouncil:
    """The council that maintains an EHC plan, and where to write to it. `la_code` has three digits."""

    la_code: str
    name: str
    address: str


@value
class PlannedReview:
    due: date
    kind: ReviewSource


@value
class DirectionGrounds:
    """What a direction off site rests on: how it is to improve behaviour to come, and what help was given before."""

    purpose: str
    prior_help: str
    not_a_sanction: bool


@value
class SectionFItem:
    """One item of special educational provision, and who delivers it while the placement lasts."""

    item: str
    delivered_by: str


@value
class SectionFDelivery:
    """One item of special educational provision and who delivers it; `name` is wanted of anybody but those by kind."""

    item: str
    delivered_by: Deliverer
    name: str | None = None


@value
class PlanConsidered:
    """How an EHC plan was taken into account: whether to review it early, and who delivers each item of section F."""

    early_review: str
    section_f: tuple[SectionFItem, ...]
