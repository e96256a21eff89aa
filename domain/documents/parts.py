"""Parts that several documents share."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from domain.documents.model import Item, Section, Table, item
from domain.documents.source import Source
from domain.placement.decision.section_f import says_who
from domain.shared import words
from events.codes import Deliverer
from events.values.decision import SectionFDelivery
from events.values.referral import Objective

_SECTION_42 = "Children and Families Act 2014 s 42(2)"
_DELIVERERS: Mapping[Deliverer, str] = MappingProxyType(
    {
        Deliverer.SCHOOL: "The home school",
        Deliverer.PROVIDER: "The provider",
        Deliverer.COUNCIL: "The council",
        Deliverer.HEALTH: "The health service",
    }
)
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


def section_f(source: Source) -> tuple[Item, ...]:
    """Who delivers each item of section F, by the latest that the record says. Nothing without an EHC plan."""
    state = source.state
    recorded = [each for each in state.decision.plan_deliveries if says_who(each, state)]
    decided = state.decision.determination
    if not state.referral.has_plan:
        return ()
    if recorded:
        lines = [f"{each.item}: {_deliverer(each)}" for each in recorded[-1].items]
    elif decided is not None and decided.ehc_plan is not None and says_who(decided, state):
        lines = [f"{each.item}: {each.delivered_by}" for each in decided.ehc_plan.section_f]
    else:
        lines = []
    return (item("Section F of the EHC plan, and who delivers it", *lines, clause=_SECTION_42),)


def _deliverer(each: SectionFDelivery) -> str:
    kind = _DELIVERERS.get(each.delivered_by)
    if kind is None:
        return each.name or "Somebody else"
    return kind if each.name is None else f"{kind} ({each.name})"


def planned_reviews(source: Source) -> Item:
    days = sorted({planned.due for planned in source.state.period.planned if planned.due >= source.day})
    told = map(words.on, days) if days else ("No day is set yet. One is held in every half-term.",)
    return item("Reviews planned by", *told, clause=_REG_4)


def about_reviews(source: Source) -> Section:
    return Section(
        heading="How the placement will be reviewed",
        paragraphs=(_HOW_REVIEWED,),
        items=(planned_reviews(source), item("Asking for a review", RIGHT_TO_REQUEST, clause=_REG_4A)),
    )
