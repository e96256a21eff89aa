"""Whether a place would make its provider one that must be a registered school: asked wherever a place is given.

The law counts every full-time pupil of compulsory school age, whoever placed them. So a child's hours are summed over
the placements at the provider, the places are counted that are held on one day, and the provider's own total counts
where it is higher. What is said of it tells one school nothing about another's child.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from domain.calendar.months import months_after
from domain.law.registration import RegistrationTest, registration_test
from domain.law.rules import figures
from domain.law.school_age import is_of_school_age
from domain.placement.facts import Facts, PupilThere
from domain.placement.referral.occupancy import counts_alone, full_time, summed
from domain.placement.state import Placement
from domain.provider.state import Provider
from domain.shared.errors import Rejected
from domain.shared.text import visible
from events.codes import ProviderKind, PupilFlag, Session, SessionMode, SessionPlace
from events.placement.running import AttendancePatternSet
from events.values.sessions import SessionTimes


class RegistrationRequired(Rejected):
    """Some providers must be registered schools. They give full-time education to five pupils of compulsory school
    age, or to one who has an EHC plan or is looked after. This placement would make the provider one of them.

    A child's hours at the provider are added up over its placements. The provider's own number of full-time pupils
    also counts. A place that has already been given is not affected.
    """

    code = "registration_required"
    title = "The provider would have to be a registered school"
    legal_refs = ("Education and Skills Act 2008 s 92", "Education and Skills Act 2008 s 96")


def there(state: Placement, on: date) -> PupilThere:
    """The pupil of a placement at its provider, from the start to the end of the place."""
    return pupil_there(state, minutes_a_week(state, on), on)


def pupil_there(state: Placement, minutes: int, on: date) -> PupilThere:
    assert state.pupil_id is not None
    picture = state.referral.submitted.picture if state.referral.submitted else None
    return PupilThere(
        pupil_id=state.pupil_id,
        minutes_a_week=minutes,
        # Of a pupil whose personal data is gone nothing else is known, and the limit is better kept too early.
        of_school_age=state.referral.pupil is None or is_of_school_age(state.referral.pupil.born_on, on),
        has_plan=state.referral.has_plan,
        looked_after=PupilFlag.LOOKED_AFTER in state.referral.flags,
        has_sen=state.referral.has_plan or bool(picture and visible(picture.sen_need)),
        first_on=state.running.started_on or state.period.start_date,
        last_on=state.period.proposed_end,
    )


def minutes_a_week(
    state: Placement,
    on: date,
    *,
    patterns: Sequence[AttendancePatternSet] | None = None,
    times: SessionTimes | None = None,
) -> int:
    """The education that the provider gives in the fullest week from a day on, by the pattern and the times of a day.

    Without a pattern, as it was proposed; where the times of the day change, as many as sessions were asked for.
    """
    wanted = state.agreement.patterns if patterns is None else patterns
    of_day = times or (state.notices.current.session_times if state.notices.current else None)
    begun = [each for each in wanted if each.effective_from <= on]
    current = [max(reversed(begun), key=lambda each: each.effective_from)] if begun else []
    found = [
        _of_pattern(each, of_day, on) for each in (*current, *(each for each in wanted if each.effective_from > on))
    ]
    if found:
        return max(found)
    sessions = state.referral.submitted.sessions_requested if state.referral.submitted else 0
    if times is not None:
        return sessions * max(_lasts(session, times, on) for session in Session)
    stated = state.proposal.proposed.minutes_a_week if state.proposal.proposed else None
    return sessions * figures(on).session_minutes if stated is None else stated


def _of_pattern(pattern: AttendancePatternSet, times: SessionTimes | None, on: date) -> int:
    return sum(_lasts(each.session, times, on) for each in pattern.sessions if each.place is SessionPlace.PROVIDER)


def _lasts(session: Session, times: SessionTimes | None, on: date) -> int:
    """A morning or an afternoon in minutes; our own figure where its times are not known."""
    if times is None:
        return figures(on).session_minutes
    if times.mode is SessionMode.ONE_SESSION:
        begins, ends = times.start, times.end
    elif session is Session.AM:
        begins, ends = times.am_start, times.break_start
    else:
        begins, ends = times.break_end, times.pm_end
    if begins is None or ends is None:
        return figures(on).session_minutes
    return _minutes(begins, ends)


def _minutes(begins: time, ends: time) -> int:
    day = date.min
    return int((datetime.combine(day, ends) - datetime.combine(day, begins)).total_seconds()) // 60


def required(
    provider: Provider | None, proposed: PupilThere, facts: Facts, pointer: str, *, held: PupilThere | None = None
) -> RegistrationRequired | None:
    """Why a place is not given. `held` is the same place as it was given before: it counted then and counts on."""
    test = registration_test(facts.today)
    if provider is None or provider.kind is not ProviderKind.NON_SCHOOL:
        return None
    if held is not None and _full(held, facts.at_provider, test):
        return None
    days = {proposed.first_on, *(each.first_on for each in facts.at_provider if _within(each.first_on, proposed))}
    if not any(_makes_a_school(provider, proposed, facts, test, on) for on in days):
        return None
    return RegistrationRequired(
        "With this place the provider would have to be registered as a school. Choose another one, or fewer hours.",
        pointer=pointer,
    )


def _within(day: date | None, place: PupilThere) -> bool:
    return day is not None and (place.first_on or date.min) <= day <= (place.last_on or date.max)


def _present(there: Iterable[PupilThere], on: date | None) -> list[PupilThere]:
    """The places held on a day; all of them where the day is not known."""
    return [each for each in there if on is None or _within(on, each)]


def _full(place: PupilThere, others: Iterable[PupilThere], test: RegistrationTest) -> bool:
    own = [each for each in _present(others, place.first_on) if each.pupil_id == place.pupil_id]
    return any(full_time(each, test) for each in summed((*own, place)))


def _makes_a_school(
    provider: Provider, proposed: PupilThere, facts: Facts, test: RegistrationTest, on: date | None
) -> bool:
    pupils = summed((*_present(facts.at_provider, on), proposed))
    full = [each for each in pupils if full_time(each, test)]
    if not any(each.pupil_id == proposed.pupil_id for each in full):
        # A part-time place changes nothing, whatever the others are.
        return False
    if any(counts_alone(each, test) for each in full):
        return True
    return max(len(full), _by_own_total(provider, full, facts)) >= test.pupils


def _by_own_total(provider: Provider, full: Sequence[PupilThere], facts: Facts) -> int:
    """The provider's own total, with the full-time places known here that began since or are still to begin."""
    counted = provider.full_time_count(facts.actor.org_id)
    if counted is None:
        return 0
    since = [each for each in full if each.first_on is None or each.first_on > counted.counted_on]
    return counted.pupils + len(since)


def total_unknown(provider: Provider | None, place: PupilThere, facts: Facts) -> bool:
    """The provider is to be asked how many full-time pupils it has: it has not said so within the year."""
    if provider is None or provider.kind is not ProviderKind.NON_SCHOOL:
        return False
    if not _full(place, facts.at_provider, registration_test(facts.today)):
        return False
    counted = provider.full_time_count(facts.actor.org_id)
    return (
        counted is None
        or months_after(counted.counted_on, figures(counted.counted_on).due_diligence_months) < facts.today
    )


def makes_a_school_alone(state: Placement, on: date) -> bool:
    """The pupil's own place is full time, and is of a kind of which one makes a school."""
    test = registration_test(on)
    pupil = there(state, on)
    return full_time(pupil, test) and counts_alone(pupil, test)


def with_period(place: PupilThere, first_on: date, last_on: date) -> PupilThere:
    return replace(place, first_on=first_on, last_on=last_on)
