"""Loads the example caseload into a fresh set-up: 21 placements, at every stage and on every legal basis.

Everything is made by the product's own commands over HTTP. The clock begins at the start of the school year
2026/27 and is moved on as the story goes, so the example does not age. Loading it again changes nothing.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter

from domain.shared.words import figure
from examples.children import CHILDREN
from examples.journey import AT_PROVIDER, CALENDAR, SCHOOL_STAFF, Journey, at
from examples.office import Office, open_office
from examples.setting import ALL_PROVIDERS, OFFICER, due_diligence_body, provider_bodies, school_bodies
from services.local.people import ALDERBROOK, MINDJAM, RAVENSMOOR, example_provider_id

BEGINS_AT = datetime(2026, 9, 3, 7, 30, tzinfo=UTC)
STANDS_AT = at(date(2026, 11, 23), 8, 30)
"""A Monday in the second half of the autumn term."""

# More would wait for the same two cores.
_AT_ONCE = 4
_FIRST_WEEK = date(2026, 11, 9), date(2026, 11, 14)
_SECOND_WEEK = date(2026, 11, 16), date(2026, 11, 21)
Step = tuple[datetime, Callable[[], object]]


def load(office: Office) -> None:
    """Tell all stories side by side, day by day, by one clock: those that have a step at the same time, at once."""
    with office.kept_open(), ThreadPoolExecutor(_AT_ONCE) as people:
        office.begin(BEGINS_AT)
        directory(office, people)
        told = [(when, child, step) for child in CASES for when, step in CASES[child](office, child)]
        done = 0
        # The sort keeps each story's own order.
        for when, steps in groupby(sorted(told, key=itemgetter(0)), key=itemgetter(0)):
            office.advance(when, on_the_way=True)
            stories: dict[str, list[Callable[[], object]]] = {}
            for _, child, step in steps:
                stories.setdefault(child, []).append(step)
            for count in people.map(_tell, stories.values()):
                done += count
            sys.stdout.write(f"{done} of {figure(len(told), 'step')}\n")
            sys.stdout.flush()
        office.advance(STANDS_AT)


def _tell(steps: Sequence[Callable[[], object]]) -> int:
    for step in steps:
        step()
    return len(steps)


def directory(office: Office, people: Executor | None = None, providers: Sequence[str] = ALL_PROVIDERS) -> None:
    """Schools with calendars, the providers of the council's page, and each commissioner's own checks of them."""
    _schools(office)
    enter = partial(_provider, office)
    for _ in people.map(enter, providers) if people else map(enter, providers):
        pass


def _schools(office: Office) -> None:
    for urn in (ALDERBROOK, RAVENSMOOR):
        for command, body in school_bodies(urn):
            who = SCHOOL_STAFF[urn][1] if command == "grant-delegation" else OFFICER
            office.must(who, f"/schools/{urn}/commands/{command}", body, name=f"school/{urn}/{command}")


def _provider(office: Office, name: str) -> None:
    for command, body in provider_bodies(name):
        path = f"/providers/{example_provider_id(name)}/commands/{command}"
        office.must(OFFICER, path, body, name=f"provider/{name}/{command}")
    for checker in (*(staff[0] for staff in SCHOOL_STAFF.values()), OFFICER):
        path = f"/providers/{example_provider_id(name)}/commands/complete-due-diligence"
        office.must(checker, path, due_diligence_body(), name=f"provider/{name}/due-diligence/{checker}")


def _on(journey: Journey, day: date, *steps: Callable[[], object], hour: int = 9) -> Step:
    def go() -> None:
        journey.move(day, hour)
        for step in steps:
            step()

    return at(day, hour), go


def _to_decision(journey: Journey, drafted_on: date, meet_on: date) -> list[Step]:
    return [
        _on(journey, drafted_on, journey.draft, journey.submit, journey.propose),
        _on(journey, CALENDAR.nth_before(meet_on, 1), lambda: journey.convene(meet_on)),
        _on(journey, meet_on, journey.meet, hour=12),
    ]


def _to_start(journey: Journey, drafted_on: date, meet_on: date, start_on: date, days: int) -> list[Step]:
    """As far as Active. The planned review is due ten school days after the start."""
    decided_on = CALENDAR.nth_after(meet_on, 2)
    review_on = CALENDAR.nth_after(start_on, 10)
    return [
        *_to_decision(journey, drafted_on, meet_on),
        _on(journey, decided_on, lambda: journey.determine(start_on, days, review_on), journey.agree, journey.notify),
        _on(journey, start_on, journey.start),
    ]


def _review(journey: Journey, source: str, *, asked_on: date, meet_on: date, until: date) -> list[Step]:
    return [
        _on(journey, asked_on, lambda: journey.arrange_review(journey.review_of(source), meet_on)),
        _on(journey, meet_on, lambda: journey.hold_review(journey.review_of(source), until), hour=15),
    ]


def _attends(journey: Journey, absences: Mapping[tuple[date, str], str]) -> list[Step]:
    """Two weeks' marks: the first week's entered on its Friday, with the pattern that holds from the Monday on; then
    each session as it begins, before its register is due.

    `absences` are the sessions to which the pupil did not come, with the code that the school entered.
    """

    def mark(day: date, session: str) -> Callable[[], object]:
        code = absences.get((day, session))
        return lambda: journey.mark(day, session, "absent", code) if code else journey.mark(day, session)

    first, second = (
        [(day, session) for day in _school_days(*week) if day.isoweekday() in AT_PROVIDER for session in ("AM", "PM")]
        for week in (_FIRST_WEEK, _SECOND_WEEK)
    )
    return [
        _on(
            journey,
            date(2026, 11, 13),
            lambda: journey.set_pattern(_SECOND_WEEK[0]),
            *(mark(*each) for each in first),
            hour=15,
        ),
        *(_on(journey, day, mark(day, session), hour=9 if session == "AM" else 13) for day, session in second),
    ]


def _school_days(first: date, before: date) -> list[date]:
    days = (first + timedelta(days=number) for number in range((before - first).days))
    return [day for day in days if CALENDAR.is_school_day(day)]


def closed(office: Office, child: str) -> list[Step]:
    """The whole way: five weeks, a review, the return by plan, the evaluation."""
    j = Journey(office=office, case=child, child=CHILDREN[child])
    start, back, ended = date(2026, 9, 17), date(2026, 10, 12), date(2026, 10, 21)
    return [
        *_to_start(j, date(2026, 9, 3), date(2026, 9, 7), start, 25),
        *_review(j, "plan", asked_on=date(2026, 9, 21), meet_on=date(2026, 9, 30), until=ended),
        _on(j, date(2026, 10, 8), lambda: j.plan_return(ended)),
        _on(j, back, j.begin_return),
        *_review(j, "period_end", asked_on=date(2026, 10, 13), meet_on=date(2026, 10, 20), until=ended),
        _on(j, ended, j.end),
        _on(j, date(2026, 11, 5), j.evaluate, j.close),
    ]


def ended(office: Office, child: str) -> list[Step]:
    """Back at school, with the evaluation still to come."""
    j = Journey(office=office, case=child, child=CHILDREN[child], urn=RAVENSMOOR, site="Chaddesden")
    start, back, ended_on = date(2026, 9, 21), date(2026, 11, 5), date(2026, 11, 19)
    return [
        *_to_start(j, date(2026, 9, 4), date(2026, 9, 9), start, 40),
        *_review(j, "plan", asked_on=date(2026, 9, 23), meet_on=date(2026, 10, 2), until=date(2026, 11, 19)),
        _on(j, date(2026, 11, 4), lambda: j.plan_return(ended_on)),
        _on(j, back, j.begin_return),
        *_review(j, "period_end", asked_on=date(2026, 11, 9), meet_on=date(2026, 11, 17), until=ended_on),
        _on(j, ended_on, j.end),
    ]


def reintegrating(office: Office, child: str) -> list[Step]:
    """Long ill on the way, so that the authority is to be asked about section 19."""
    j = Journey(office=office, case=child, child=CHILDREN[child], provider=MINDJAM, site="Mindjam")
    start = date(2026, 10, 5)
    return [
        *_to_start(j, date(2026, 9, 14), date(2026, 9, 21), start, 45),
        *_review(j, "plan", asked_on=date(2026, 10, 7), meet_on=date(2026, 10, 16), until=date(2026, 12, 11)),
        _on(j, date(2026, 11, 11), lambda: j.be_ill(_school_days(date(2026, 10, 12), date(2026, 11, 10)))),
        _on(j, date(2026, 11, 16), lambda: j.plan_return(date(2026, 12, 11))),
        _on(j, date(2026, 11, 18), j.begin_return),
    ]


def active(office: Office, child: str) -> list[Step]:
    """Under way, its planned review held and the half-term's to come."""
    j = Journey(office=office, case=child, child=CHILDREN[child])
    return [
        *_to_start(j, date(2026, 10, 1), date(2026, 10, 7), date(2026, 11, 4), 50),
        *_review(j, "plan", asked_on=date(2026, 11, 5), meet_on=date(2026, 11, 13), until=date(2027, 1, 29)),
        *_attends(j, {(date(2026, 11, 17), "PM"): "I"}),
    ]


def overdue(office: Office, child: str) -> list[Step]:
    """Looked after, at a good provider; nobody held the planned review, nor asked why a morning was missed."""
    j = Journey(office=office, case=child, child=CHILDREN[child], provider=MINDJAM, site="Mindjam")
    return [
        *_to_start(j, date(2026, 9, 28), date(2026, 10, 5), date(2026, 11, 3), 40),
        *_attends(j, {(date(2026, 11, 10), "AM"): "N", (date(2026, 11, 19), "PM"): "N"}),
    ]


def ready(office: Office, child: str) -> list[Step]:
    """Signed, with notice given to the parent and to the authority for the plan."""
    j = Journey(office=office, case=child, child=CHILDREN[child])
    start = date(2026, 11, 26)
    return [
        *_to_decision(j, date(2026, 11, 6), date(2026, 11, 11)),
        _on(
            j,
            date(2026, 11, 13),
            lambda: j.determine(start, 30, date(2026, 12, 16)),
            j.agree,
            j.notify,
        ),
    ]


def agreement_pending(office: Office, child: str) -> list[Step]:
    """Signed by the school, not yet by the provider; notice still to be given."""
    j = Journey(office=office, case=child, child=CHILDREN[child], provider=MINDJAM, site="Mindjam")
    return [
        *_to_decision(j, date(2026, 11, 10), date(2026, 11, 16)),
        _on(
            j,
            date(2026, 11, 19),
            lambda: j.determine(date(2026, 12, 1), 20, date(2026, 12, 17)),
            j.issue,
            lambda: j.sign("school", j.case_worker, "signed_in"),
        ),
    ]


def determined(office: Office, child: str) -> list[Step]:
    j = Journey(office=office, case=child, child=CHILDREN[child], provider="Imbue", site="Imbue")
    return [
        *_to_decision(j, date(2026, 11, 9), date(2026, 11, 17)),
        _on(j, date(2026, 11, 20), lambda: j.determine(date(2026, 12, 2), 20, date(2026, 12, 16))),
    ]


def awaiting_decision(office: Office, child: str) -> list[Step]:
    j = Journey(office=office, case=child, child=CHILDREN[child], urn=RAVENSMOOR)
    return _to_decision(j, date(2026, 11, 12), date(2026, 11, 18))


def screening(office: Office, child: str) -> list[Step]:
    """By agreement, not by direction."""
    j = Journey(
        office=office, case=child, child=CHILDREN[child], legal_basis="AGREED", provider=MINDJAM, site="Mindjam"
    )
    return [_on(j, date(2026, 11, 19), j.draft, j.submit, j.propose)]


def referred(office: Office, child: str) -> list[Step]:
    j = Journey(office=office, case=child, child=CHILDREN[child], urn=RAVENSMOOR)
    return [_on(j, date(2026, 11, 20), j.draft, j.submit)]


def drafted(office: Office, child: str) -> list[Step]:
    j = Journey(office=office, case=child, child=CHILDREN[child])
    return [_on(j, date(2026, 11, 20), j.draft)]


def declined(office: Office, child: str) -> list[Step]:
    j = Journey(
        office=office, case=child, child=CHILDREN[child], provider="Engineered Racing", site="Engineered Racing"
    )
    return [
        _on(j, date(2026, 10, 6), j.draft, j.submit, j.propose),
        _on(j, date(2026, 10, 9), lambda: j.stop(j.head, "decline-referral", "no_place", "No place this term")),
    ]


def withdrawn(office: Office, child: str) -> list[Step]:
    j = Journey(office=office, case=child, child=CHILDREN[child])
    return [
        _on(j, date(2026, 10, 13), j.draft, j.submit),
        _on(j, date(2026, 10, 15), lambda: j.stop(j.case_worker, "withdraw", "parent_request", "The family asked")),
    ]


def cancelled(office: Office, child: str) -> list[Step]:
    j = Journey(
        office=office,
        case=child,
        child=CHILDREN[child],
        legal_basis="AGREED",
        provider="Baby People",
        site="Baby People",
    )
    return [
        *_to_decision(j, date(2026, 10, 5), date(2026, 10, 12)),
        _on(j, date(2026, 10, 14), lambda: j.determine(date(2026, 11, 9), 20, date(2026, 11, 25))),
        _on(j, date(2026, 11, 3), lambda: j.stop(j.head, "cancel", "pupil_moved", "The family moved away")),
    ]


def based(legal_basis: str, drafted_on: date) -> Callable[[Office, str], list[Step]]:
    """On a legal basis, from referral to start within six school days: an exclusion leaves no more."""

    def steps(office: Office, child: str) -> list[Step]:
        j = Journey(office=office, case=child, child=CHILDREN[child], legal_basis=legal_basis)
        decided_on, start = CALENDAR.nth_after(drafted_on, 1), CALENDAR.nth_after(drafted_on, 5)
        return [
            _on(j, drafted_on, j.draft, j.submit, j.exclude, j.propose, j.tell_authority, j.dispense),
            _on(
                j,
                decided_on,
                lambda: j.determine(start, 20, CALENDAR.nth_after(start, 12)),
                j.agree,
                j.notify,
            ),
            _on(j, start, j.start),
        ]

    return steps


def recorded(office: Office, child: str) -> list[Step]:
    """Education otherwise than at school: on record as a draft, and no placement."""
    j = Journey(office=office, case=child, child=CHILDREN[child], legal_basis="EOTAS_S61")
    return [_on(j, date(2026, 11, 18), j.draft)]


CASES: dict[str, Callable[[Office, str], list[Step]]] = {
    "bramwell": closed,
    "clementine": active,
    "dashiell": overdue,
    "elowen": drafted,
    "ferdinand": ready,
    "ginevra": reintegrating,
    "horatio": agreement_pending,
    "isolde": referred,
    "jocasta": screening,
    "kenelm": ended,
    "lysander": awaiting_decision,
    "marigold": determined,
    "nerys": withdrawn,
    "oswin": declined,
    "petronella": cancelled,
    "quillon": based("SUSP6", date(2026, 11, 9)),
    "rosamund": based("PEX6", date(2026, 11, 10)),
    "silvester": based("S19_ILL", date(2026, 11, 11)),
    "tabitha": based("S19_OTH", date(2026, 11, 12)),
    "ulric": based("EHCP_S42", date(2026, 11, 13)),
    "verity": recorded,
}


if __name__ == "__main__":
    load(open_office())
