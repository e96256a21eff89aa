"""What changes while a placement runs: its terms, which need a fresh notice, and what the provider changes."""

from datetime import date

from domain.placement.agreement.notice import as_text, check_times, earliest_start
from domain.placement.binding import figures_of
from domain.placement.facts import Facts
from domain.placement.guards import at_least, not_future, written
from domain.placement.referral.threshold import (
    RegistrationRequired,
    minutes_a_week,
    pupil_there,
    required,
    there,
    with_period,
)
from domain.placement.running.start import NotSchoolDay
from domain.placement.state import Placement, initial
from domain.shared import words
from domain.shared.addresses import incomplete
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import ProviderChange, TermsField
from events.definition import asked, value
from events.ids import ChangeId, derived_id
from events.placement.running import ProviderChangeReported, TermsChanged
from events.values.sessions import SessionTimes


@value
class ChangeTerms:
    """Change where, to whom, when or for how many days the pupil goes, from a day to come. A fresh notice is owed.

    A change given again replaces one of which no notice was given in time.
    """

    effective_on: date = asked("From which day?")
    reason: str = asked("Why do the terms change?", hint="The parents read this")
    address: str | None = asked("New address", hint="Leave empty if it does not change", default=None)
    report_to: str | None = asked("New person to report to", hint="Leave empty if it does not change", default=None)
    session_times: SessionTimes | None = asked(
        "New times of the sessions", hint="Leave empty if they do not change", default=None
    )
    days: int | None = asked("New number of days a week", hint="Leave empty if it does not change", default=None)


@value
class ReportProviderChange:
    """Report that the provider changes its staff, a site, a subcontractor or a policy."""

    kind: ProviderChange = asked("What changes at the provider?")
    reported_on: date = asked("When was this reported?")
    detail: str = asked("Details")


class NothingChanged(Rejected):
    """A change of terms says what changes: the address, the person to report to, the times or the number of days."""

    code = "nothing_changed"
    title = "Nothing would change"


class ChangeTooSoon(Rejected):
    """Changed terms need notice to the pupil and the parents, two clear school days before, as the first terms did."""

    code = "change_too_soon"
    title = "There is not enough time to give notice of the change"
    legal_refs = ("SI 2010/1156 reg 3(2)",)


def change(state: Placement, command: ChangeTerms, facts: Facts) -> tuple[TermsChanged, ...]:
    earliest = earliest_start(facts.today, facts.calendar, figures_of(state))
    refuse(
        ChangeTooSoon(f"Choose {words.on(earliest)} or a later day.", pointer="/effective_on")
        if command.effective_on < earliest
        else None,
        None
        if facts.calendar.is_school_day(command.effective_on)
        else NotSchoolDay(f"{words.on(command.effective_on)} is not a school day.", pointer="/effective_on"),
        _reason(command.reason),
        None if command.days is None else at_least(command.days, 1, "The number of days", "/days"),
        None if command.session_times is None else check_times(command.session_times),
        incomplete(command.address, "/address") if command.address and visible(command.address) else None,
        None if _wanted(command) else NothingChanged("Say what changes."),
        _threshold(state, command, facts),
    )
    change_id = ChangeId(derived_id(facts.command_id, "change"))
    before = in_force(state)
    return tuple(
        TermsChanged(
            change_id=change_id,
            field=field,
            changed_on=facts.today,
            effective_on=command.effective_on,
            days=command.days if field is TermsField.DAYS else None,
            from_value=before[field],
            to_value=wanted,
            reason=command.reason,
        )
        for field, wanted in _wanted(command).items()
    )


def _threshold(state: Placement, command: ChangeTerms, facts: Facts) -> RegistrationRequired | None:
    """Longer days may make the place a full-time one."""
    if command.session_times is None:
        return None
    longer = minutes_a_week(state, facts.today, times=command.session_times)
    assert state.period.proposed_end is not None
    place, held = (
        with_period(each, command.effective_on, state.period.proposed_end)
        for each in (pupil_there(state, longer, facts.today), there(state, facts.today))
    )
    return required(facts.provider, place, facts, "/session_times", held=held)


def sound_change(event: TermsChanged, _state: Placement, _facts: Facts) -> list[Rejected | None]:
    return [_reason(event.reason)]


def _reason(text: str | None) -> Rejected | None:
    return written(text, "why the terms change", "/reason")


def _wanted(command: ChangeTerms) -> dict[TermsField, str]:
    """What changes, each as text."""
    found = {
        TermsField.ADDRESS: command.address,
        TermsField.REPORT_TO: command.report_to,
        TermsField.SESSION_TIMES: as_text(command.session_times),
        TermsField.DAYS: as_text(command.days),
    }
    return {field: text for field, text in found.items() if text is not None and visible(text)}


def in_force(state: Placement) -> dict[TermsField, str | None]:
    """The terms as the last notice stated them; without one, the number of days alone is known."""
    notice = state.notices.current
    return {
        TermsField.ADDRESS: notice.address if notice else None,
        TermsField.REPORT_TO: notice.report_to if notice else None,
        TermsField.SESSION_TIMES: as_text(notice.session_times) if notice else None,
        TermsField.DAYS: as_text(state.period.days),
    }


def sound_report(
    event: ReportProviderChange | ProviderChangeReported, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.reported_on, facts.today, "/reported_on"),
        written(event.detail, "what changes", "/detail"),
    ]


def report(_state: Placement, command: ReportProviderChange, facts: Facts) -> tuple[ProviderChangeReported, ...]:
    refuse(*sound_report(command, initial(), facts))
    return (
        ProviderChangeReported(
            kind=command.kind,
            reported_on=command.reported_on,
            by_role=facts.actor.role,
            detail=command.detail,
        ),
    )
