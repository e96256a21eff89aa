"""Who delivers each item of section F of an EHC plan while the placement lasts."""

from collections.abc import Iterator
from datetime import date

from domain.placement import pupil_flags
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future
from domain.placement.referral.grounds import NoEhcPlan
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import Deliverer, PupilFlag
from events.definition import asked, value
from events.placement.decision import PlacementDetermined, PlanDeliveryRecorded
from events.values.decision import SectionFDelivery


@value
class RecordPlanDelivery:
    """Record who delivers each item of section F of the pupil's EHC plan while the placement lasts."""

    arranged_on: date = asked("When was this arranged?")
    items: tuple[SectionFDelivery, ...] = asked(
        "Items of section F", hint="Each item of special educational provision, and who gives it during the placement"
    )


class DeliveryIncomplete(Rejected):
    """A placement does not suspend an EHC plan: someone delivers each item of section F.

    It is the school, the provider, the council, the health service, or someone else, who is then named.
    """

    code = "delivery_incomplete"
    title = "Say who delivers each item of section F"
    legal_refs = ("Children and Families Act 2014 s 42(2)",)


def record(state: Placement, command: RecordPlanDelivery, facts: Facts) -> tuple[PlanDeliveryRecorded, ...]:
    refuse(*sound(command, state, facts))
    return (PlanDeliveryRecorded(arranged_on=command.arranged_on, items=command.items),)


def sound(event: RecordPlanDelivery | PlanDeliveryRecorded, state: Placement, facts: Facts) -> list[Rejected | None]:
    begun = since(state)
    return [
        None if state.referral.has_plan else NoEhcPlan("The pupil has no EHC plan on record."),
        not_future(event.arranged_on, facts.today, "/arranged_on"),
        not_before(event.arranged_on, begun, "the EHC plan began or was known", "/arranged_on") if begun else None,
        *_complete(event.items),
    ]


def _complete(items: tuple[SectionFDelivery, ...]) -> Iterator[DeliveryIncomplete]:
    if not items:
        yield DeliveryIncomplete("Name each item of section F, and who delivers it.", pointer="/items")
    for number, each in enumerate(items):
        if not visible(each.item):
            yield DeliveryIncomplete("Name the item.", pointer=f"/items/{number}/item")
        if each.delivered_by is Deliverer.OTHER and not visible(each.name):
            yield DeliveryIncomplete("Name who delivers it.", pointer=f"/items/{number}/name")


def since(state: Placement) -> date | None:
    """From which day the present plan's items could be arranged. None where the plan is that of the referral."""
    begun = pupil_flags.since(state, PupilFlag.EHCP)
    return None if begun is None else min(begun.from_on, begun.known_on)


def says_who(event: PlacementDetermined | PlanDeliveryRecorded, state: Placement) -> bool:
    """Whether an event says of the present plan who delivers each item. A plan that ended before is another one."""
    begun = since(state)
    if isinstance(event, PlanDeliveryRecorded):
        return bool(event.items) and (begun is None or begun <= event.arranged_on)
    considered = event.ehc_plan.section_f if event.ehc_plan else ()
    return bool(considered) and (begun is None or begun <= event.determined_on)
