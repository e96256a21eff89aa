"""The start of the placement, and what must be true on that day."""

from datetime import date

from domain.law.bases import BASES
from domain.placement.ages import unfit
from domain.placement.agreement.notice import earliest_start, is_timely_by
from domain.placement.agreement.pattern import overlap
from domain.placement.binding import UNSEEN, bound, by_unseen_text, figures_of
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future
from domain.placement.referral.exclusions import may_start
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import RuleId
from events.definition import asked, value
from events.ids import SiteId
from events.placement.running import PlacementStarted


@value
class StartPlacement:
    """Record that the pupil has started, and at which site."""

    started_on: date = asked("First day the pupil attended")
    first_site_id: SiteId = asked("Site")


class NoticeMissing(Rejected):
    """A pupil cannot be directed off site without written notice."""

    code = "notice_missing"
    title = "No notice of the placement was given"
    legal_refs = ("SI 2010/1156 reg 3",)


class NoticeNotTimely(Rejected):
    """Notice comes at least two clear school days before the start. Nobody can waive this: move the start instead."""

    code = "notice_not_timely"
    title = "The notice was given too late for this start"
    legal_refs = ("SI 2010/1156 reg 3(2)",)


class NotSchoolDay(Rejected):
    """A pupil attends only on the home school's school days."""

    code = "not_school_day"
    title = "The day is not a school day"


class SiteNotPlaced(Rejected):
    """A pupil starts at a site that the placement names."""

    code = "site_not_placed"
    title = "The site is not one of this placement's"


def start(state: Placement, command: StartPlacement, facts: Facts) -> tuple[PlacementStarted, ...]:
    started = PlacementStarted(started_on=command.started_on, first_site_id=command.first_site_id)
    refuse(_notice(state, facts), *sound(started, state, facts))
    return (started,)


def sound(event: PlacementStarted, state: Placement, facts: Facts) -> list[Rejected | None]:
    """A start on or after the one that notice was given for: an earlier one would be before its notice."""
    assert state.period.start_date is not None
    return [
        None
        if facts.calendar.is_school_day(event.started_on)
        else NotSchoolDay(
            f"{words.on(event.started_on)} is not a school day at the home school.", pointer="/started_on"
        ),
        not_before(event.started_on, state.period.start_date, "the placement is to start", "/started_on"),
        not_future(event.started_on, facts.today, "/started_on"),
        unfit(state, [(event.started_on, "/started_on")]),
        overlap(state.agreement.patterns, event.started_on, state, facts, "/started_on"),
        None
        if event.first_site_id in state.proposal.site_ids
        else SiteNotPlaced("Choose a site that the placement names.", pointer="/first_site_id"),
    ]


def _notice(state: Placement, facts: Facts) -> Rejected | None:
    """Where the legal basis makes notice binding, and the law does; elsewhere it is good practice, and only missed."""
    assert state.legal_basis is not None
    basis = BASES[state.legal_basis]
    law = bound(state)
    if basis.notice is RuleId.T1 and law is not None and not law.binding:
        # Good practice throughout: a late notice is recorded as missed, and the pupil starts.
        return None
    if basis.notice_binds and basis.notice is RuleId.T8:
        return may_start(state)
    if not basis.notice_binds or (
        state.notices.current is not None and is_timely_by(state.notices.current, facts.calendar, figures_of(state))
    ):
        return None
    earliest = earliest_start(facts.today, facts.calendar, figures_of(state))
    remedy = f"Move the start date to {words.on(earliest)} or later, and give notice today by hand or email."
    if by_unseen_text(state, RuleId.T1):
        remedy = f"{remedy} {UNSEEN}"
    if state.notices.lost is not None:
        return NoticeMissing(f"The notice reached no parent. Every letter failed or came back. {remedy}")
    if state.notices.current is None:
        return NoticeMissing(f"No notice was given for this start. {remedy}")
    clear = facts.calendar.between(state.notices.current.deemed_on, state.notices.current.start_date)
    revised = clear != state.notices.current.school_days_clear
    why = " The school's calendar was revised after it was given." if revised else ""
    return NoticeNotTimely(
        f"The notice left {words.count(clear, 'clear school day')} before the start, and two are needed.{why} {remedy}"
    )
