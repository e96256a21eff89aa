"""Parts that several documents share."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from domain.documents.model import Addressee, Item, Section, Table, item
from domain.documents.source import Source
from domain.law.bases import BASES
from domain.placement.decision.section_f import says_who
from domain.shared import words
from events.codes import Deliverer, RecipientRole
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
    "You can ask for a review in writing at any time. The school must hold it as soon as it reasonably can. It does"
    " not have to if a review was held in the 10 weeks before you ask."
)

_HOW_REVIEWED = (
    (
        "A review is a meeting about how the placement is going. You are invited to each one. So are other people who"
        " help."
    ),
    (
        "The meeting looks at how far the goals are met. It then decides if the placement should go on. You can also"
        " write to say what you think before the meeting."
    ),
)
_DISAGREE = (
    "Talk to the case worker first, or ask to talk to the head teacher. If you are still not happy, you can make a"
    " complaint to the school. The school must tell you how."
)


def reads_as_pupil(source: Source, to: Addressee) -> bool:
    """The letter is to the pupil, who is 18 or over, and says you."""
    pupil = source.state.referral.pupil
    return to.role is RecipientRole.RELEVANT_PERSON and pupil is not None and to.name == pupil.legal_name


def case_worker(source: Source) -> str:
    return f"The case worker for alternative provision at {source.school_name}"


def if_you_need_help(source: Source, to: Addressee) -> tuple[Section, ...]:
    """Whom a parent or a pupil asks, and what to do if they disagree. A council knows."""
    if to.role is not RecipientRole.RELEVANT_PERSON:
        return ()
    return (
        Section(
            heading="If you have a question or do not agree",
            items=(
                item("If you have a question", f"Ask the school. {case_worker(source)} can help you."),
                item("If you do not agree", _DISAGREE),
            ),
        ),
    )


def objectives(aims: Iterable[Objective], clause: str | None = None) -> Table:
    return Table(
        caption="Objectives",
        columns=("Goal", "Now", "Target", "How we will know"),
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
        return each.name or "Someone else"
    return kind if each.name is None else f"{kind} ({each.name})"


def planned_reviews(source: Source) -> Item:
    days = sorted({planned.due for planned in source.state.period.planned if planned.due >= source.day})
    told = map(words.on, days) if days else ("No date is set yet. The school holds a review in every half-term.",)
    return item("Reviews planned by", *told, clause=_REG_4)


def asking_for_a_review(source: Source) -> Item:
    """A right in law where regulation 4A binds; elsewhere anybody may ask, and the school decides."""
    basis = source.state.legal_basis
    if basis is None or BASES[basis].kept_under_review:
        return item("Asking for a review", RIGHT_TO_REQUEST, clause=_REG_4A)
    return item("Asking for a review", "You can ask the school for a review in writing at any time.")


def about_reviews(source: Source) -> Section:
    return Section(
        heading="How the placement will be reviewed",
        paragraphs=_HOW_REVIEWED,
        items=(planned_reviews(source), asking_for_a_review(source)),
    )
