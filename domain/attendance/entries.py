"""Which code the school enters of a session, and how an entry is put right."""

from datetime import date

from domain.attendance.codes import ABSENT, AT_PROVIDER, ATTENDING
from domain.attendance.coding import DONE, wrong_code
from domain.attendance.facts import AttendanceFacts
from domain.attendance.sessions import AlreadyConfirmed, of_register, present_elsewhere, wrong_site
from domain.attendance.state import Week
from domain.attendance.statements import (
    incomplete_statement,
    name_of,
    occasion_of,
    position_of,
    unnamed,
    whereabouts,
)
from domain.placement.guards import written
from domain.shared.errors import Rejected, refuse
from events.attendance import AbsenceResolved, AttendanceEvent, SessionMarkAmended, SessionMarkConfirmed
from events.codes import Activity, AttendanceCode, Resolution, Session, SessionPlace
from events.definition import asked, value
from events.ids import SiteId


@value
class ConfirmMark:
    """Enter the code of a session in the school's register.

    Where the provider has said nothing, `site_id` and `activity` say where the pupil was and what for. Where the
    provider says otherwise and is wrong, `seen_by` and `whereabouts` state who saw the pupil and where. `entered_by`
    and `position` are your name and position: without them, those that you signed in with.
    """

    day: date = asked("Day")
    session: Session = asked("Session")
    code: AttendanceCode = asked("Attendance code")
    site_id: SiteId | None = asked("Site", default=None)
    activity: Activity | None = asked("What was the pupil doing?", default=None)
    reason: str | None = asked("Reason for the absence", default=None)
    seen_by: str | None = asked("Who saw the pupil?", default=None)
    whereabouts: str | None = asked("Where is the pupil?", default=None)
    entered_by: str | None = asked("Who makes the entry?", hint="Leave empty if it is you", default=None)
    position: str | None = asked("Their position", default=None)


@value
class ResolveAbsence:
    """Enter the code of an absence that was entered as N, with the reason. Only the school authorises an absence.

    This amends the register: the entry before stays, with the day, your name and your position. `entered_by` and
    `position` say them where you did not sign in with them.
    """

    day: date = asked("Day")
    session: Session = asked("Session")
    code: AttendanceCode = asked("Attendance code")
    reason: str | None = asked("Reason for the absence", default=None)
    seen_by: str | None = asked("Who saw the pupil?", default=None)
    whereabouts: str | None = asked("Where is the pupil?", default=None)
    entered_by: str | None = asked("Who makes the entry?", hint="Leave empty if it is you", default=None)
    position: str | None = asked("Their position", default=None)


@value
class AmendMark:
    """Correct an entry of the register, with the reason.

    The entry before stays, with the day, your name and your position; `entered_by` and `position` say them where you
    did not sign in with them. A code of a pupil who attended, where the provider says absent, needs the provider's
    correction, or `seen_by` and `whereabouts`: who saw the pupil and where.
    """

    day: date = asked("Day")
    session: Session = asked("Session")
    code: AttendanceCode = asked("Attendance code")
    reason: str | None = asked("Why is the entry corrected?", default=None)
    seen_by: str | None = asked("Who saw the pupil?", default=None)
    whereabouts: str | None = asked("Where is the pupil?", default=None)
    entered_by: str | None = asked("Who makes the entry?", hint="Leave empty if it is you", default=None)
    position: str | None = asked("Their position", default=None)


class NothingConfirmed(Rejected):
    """An amendment replaces an entry of the register by another."""

    code = "nothing_to_amend"
    title = "There is no other entry to amend"


class NotUnexplained(Rejected):
    """Only an absence that was entered as N needs a reason, and its reason is the code of an absence."""

    code = "not_unexplained"
    title = "The session is not an absence without a reason"


def confirm(state: Week, command: ConfirmMark, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    mark = state.mark(command.day, command.session)
    occasion = occasion_of(mark, command, facts, seen=mark.proposed, activity=command.activity)
    site_id = mark.proposed.site_id if mark.proposed else command.site_id
    elsewhere = occasion.paused or occasion.expected is SessionPlace.SCHOOL
    at_provider = command.code in AT_PROVIDER and not elsewhere
    # Who was seen elsewhere may have been at no site of the placement.
    at_site = at_provider and not (occasion.witnessed and site_id is None)
    refuse(
        *of_register(command, facts),
        None if mark.code is None else AlreadyConfirmed("Amend the entry instead and give the reason."),
        *wrong_code(command.code, occasion),
        wrong_site(site_id, facts) if at_site else None,
        present_elsewhere(mark, facts) if at_provider else None,
        *incomplete_statement(command, occasion),
    )
    return (
        SessionMarkConfirmed(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            code=command.code,
            site_id=site_id if at_site else None,
            entered_on=facts.today,
            reason=command.reason,
            seen_by=command.seen_by,
            whereabouts=whereabouts(command, facts),
            entered_by=name_of(command, facts),
            position=position_of(command, facts),
        ),
    )


def resolve(state: Week, command: ResolveAbsence, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    mark = state.mark(command.day, command.session)
    reasons = ABSENT - {AttendanceCode.NO_REASON_YET}
    occasion = occasion_of(mark, command, facts, seen=mark.proposed)
    refuse(
        *of_register(command, facts),
        None
        if mark.code is AttendanceCode.NO_REASON_YET
        else NotUnexplained("The session is not entered as N.", pointer="/session"),
        None
        if command.code in reasons
        else NotUnexplained("Enter the code of an absence; amend the entry if it was none.", pointer="/code"),
        *wrong_code(command.code, occasion),
        written(command.reason, "the reason of the absence, or that none was found", "/reason"),
        *incomplete_statement(command, occasion),
        unnamed(command, facts),
    )
    return (
        AbsenceResolved(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            code=command.code,
            resolution=Resolution.SCHOOL,
            from_code=mark.code,
            amended_on=facts.today,
            reason=command.reason,
            seen_by=command.seen_by,
            whereabouts=whereabouts(command, facts),
            entered_by=name_of(command, facts),
            position=position_of(command, facts),
        ),
    )


def amend(state: Week, command: AmendMark, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    mark = state.mark(command.day, command.session)
    # That a pupil was absent after all is the school's to say, with its reason; that one was present, somebody saw.
    seen = mark.proposed if command.code in ATTENDING else None
    # With its reason the amendment says what the pupil did, whatever was said of that before.
    occasion = occasion_of(mark, command, facts, seen=seen, activity=DONE.get(command.code))
    came = command.code in AT_PROVIDER and mark.code not in AT_PROVIDER
    at_provider = came and not occasion.paused and occasion.expected is not SessionPlace.SCHOOL
    refuse(
        *of_register(command, facts),
        present_elsewhere(mark, facts) if at_provider and not occasion.witnessed else None,
        NothingConfirmed("Choose a session that has an entry, and another code.", pointer="/code")
        if mark.code in {None, command.code}
        else None,
        *wrong_code(command.code, occasion),
        written(command.reason, "why the entry is amended", "/reason"),
        *incomplete_statement(command, occasion),
        unnamed(command, facts),
    )
    assert mark.code is not None
    return (
        SessionMarkAmended(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            from_code=mark.code,
            code=command.code,
            amended_on=facts.today,
            reason=command.reason,
            seen_by=command.seen_by,
            whereabouts=whereabouts(command, facts),
            entered_by=name_of(command, facts),
            position=position_of(command, facts),
        ),
    )
