"""How long a pupil's record is kept by name, and that nothing is erased unless a person confirms it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.access.controllers import NotController, Ownership
from domain.placement.guards import DateInFuture
from domain.placement.record.retention import (
    AccessRequestWaits,
    ConfirmErasure,
    DecideErasure,
    ErasureNotProposed,
    ErasureProposedAlready,
    ErasureSettled,
    ProposeErasure,
    ReferenceUnfit,
    RegisterStillKept,
    StillKept,
    kept_until,
    may_go,
)
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.placement.time.deadlines import deadlines
from domain.shared.errors import Rejected
from events.codes import AccessRight, ErasureGround, PupilFlag, Role, RuleId, TerminationReason
from events.ids import AccessRequestId, Urn
from events.placement.data_protection import SubjectAccessRequested
from events.placement.record import ErasureConfirmed, ErasureDecided, ErasureProposed
from events.placement.referral import ReferralDeclined
from tests.domain.changes import with_fields
from tests.domain.examples import at, day, picture
from tests.dsl import Given, an_id

PROPOSED = ErasureProposed(proposed_on=day("2038-01-04"), kept_until_year=2037)

DECIDED = ErasureDecided(
    decided_on=day("2034-01-03"), ground=ErasureGround.NO_LONGER_NECESSARY, reference="IG-2034/041"
)
ASKED = SubjectAccessRequested(
    request_id=AccessRequestId(an_id("request")),
    received_on=day("2034-01-03"),
    right=AccessRight.SUBJECT_ACCESS,
    due=day("2034-02-03"),
    calendar_version=1,
)

DECLINED = ReferralDeclined(declined_on=day("2026-11-26"), reason_code=next(iter(TerminationReason)))


def early(**changes: Any) -> DecideErasure:
    as_decided = {"decided_on": DECIDED.decided_on, "ground": DECIDED.ground, "reference": DECIDED.reference}
    return DecideErasure(**{**as_decided, **changes})


def born(on: str, **changes: Any) -> Placement:
    state = at(Stage.CLOSED).state
    assert state.referral.pupil is not None
    assert state.referral.submitted is not None
    fields = {"sen_need": None, "flags": ()} | changes
    return with_fields(
        state,
        pupil=replace(state.referral.pupil, born_on=day(on)),
        referral=replace(state.referral.submitted, picture=replace(picture(), **fields)),
    )


def closed(on: str = "2038-01-04") -> Given:
    return at(Stage.CLOSED).on(day(on), 12)


@pytest.mark.parametrize(
    ("placements", "last_entry_on", "expected"),
    [
        ([born("2012-01-01")], None, date(2037, 12, 31)),
        ([born("2012-12-31")], None, date(2037, 12, 31)),
        ([born("2012-05-02", sen_need="dyslexia")], None, date(2043, 12, 31)),
        ([born("2012-05-02", sen_need=" ")], None, date(2037, 12, 31)),
        ([born("2012-05-02", flags=(PupilFlag.EHCP,))], None, date(2043, 12, 31)),
        ([born("2012-05-02"), born("2012-05-02", sen_need="dyslexia")], None, date(2043, 12, 31)),
        ([born("2012-05-02")], day("2027-03-25"), date(2037, 12, 31)),
        ([born("2012-05-02")], day("2032-01-01"), date(2038, 12, 31)),
        ([with_fields(born("2012-05-02"), referral=None)], None, date(2037, 12, 31)),
        ([Placement(), born("2012-05-02")], None, date(2037, 12, 31)),
        ([Placement()], day("2027-03-25"), None),
    ],
)
def test_a_record_is_kept_for_years_from_birth_and_a_register_from_its_end(
    placements: list[Placement], last_entry_on: date | None, expected: date | None
) -> None:
    """A record is kept for years after birth, and its register for years after the last entry."""
    assert kept_until(placements, last_entry_on) == expected


def test_erasure_is_proposed_once_and_only_when_the_year_is_over() -> None:
    propose = ProposeErasure(kept_until_year=2037)
    system = closed().knowing(role=Role.SYSTEM)

    system.when(propose).then(PROPOSED)
    system.and_then(PROPOSED).when(propose).then_rejected(ErasureProposedAlready)
    closed("2037-12-31").knowing(role=Role.SYSTEM).when(propose).then_rejected(StillKept)


@pytest.mark.parametrize("role", [Role.HEAD, Role.LA_OFFICER])
def test_a_person_confirms_what_was_proposed_once(role: Role) -> None:
    confirmed = ErasureConfirmed(confirmed_on=day("2038-01-04"))
    story = closed().and_then(PROPOSED).knowing(role=role)
    refusals: type[Rejected] = ErasureNotProposed

    story.when(ConfirmErasure()).then(confirmed)
    closed().knowing(role=role).when(ConfirmErasure()).then_rejected(refusals)
    story.and_then(confirmed).when(ConfirmErasure()).then_rejected(refusals)


def test_a_proposal_is_on_the_list_until_it_is_confirmed_and_is_no_breach() -> None:
    story = closed().and_then(PROPOSED)

    [due] = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T16]

    assert (due.due_on, due.owner, due.severity.value) == (day("2038-01-04"), Role.HEAD, "ADVISORY")
    assert due.words.startswith(
        "Decide on erasing the pupil's personal data by Monday 4 January 2038: kept until the end of 2037, and"
        " longer only with a reason"
    )
    after = story.and_then(ErasureConfirmed(confirmed_on=day("2038-01-04")))
    assert RuleId.T16 not in {each.rule for each in deadlines(after.state, after.calendar)}
    assert RuleId.T16 not in {each.rule for each in deadlines(closed().state, story.calendar)}


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("role", [Role.HEAD, Role.LA_OFFICER])
def test_an_early_erasure_names_its_ground_and_where_the_reasons_are(role: Role) -> None:
    story = closed("2034-01-04").knowing(role=role)

    after = story.when(early()).then(DECIDED)

    assert after.state.ending.is_to_be_erased
    after.when(early()).then_rejected(ErasureSettled)
    after.and_then(PROPOSED).when(ConfirmErasure()).then_rejected(ErasureNotProposed)
    assert RuleId.T16 not in {each.rule for each in deadlines(after.and_then(PROPOSED).state, after.calendar)}


@pytest.mark.parametrize(
    ("reference", "fits"),
    [
        ("IG-2034/041", True),
        ("1.2", True),
        ("A" * 39 + "1", True),
        ("A" * 40 + "1", False),
        ("12", False),
        ("Rowan", False),
        ("IG 2034", False),
        ("-2034", False),
        ("IG-٢٠٣٣", False),
        ("", False),
    ],
)
def test_the_reference_is_no_place_for_names_or_reasons(reference: str, fits: bool) -> None:
    outcome = closed("2034-01-04").when(early(reference=reference))

    if fits:
        outcome.then_happens(ErasureDecided)
    else:
        outcome.then_rejected(ReferenceUnfit)


# The example's placement ended in 2027: its register is kept until the end of 2033.
@pytest.mark.parametrize(
    ("ground", "on", "refused"),
    [
        (ErasureGround.NO_LONGER_NECESSARY, "2033-12-31", True),
        (ErasureGround.OBJECTION, "2033-12-31", True),
        (ErasureGround.NO_LONGER_NECESSARY, "2034-01-01", False),
        (ErasureGround.OBJECTION, "2034-01-01", False),
        (ErasureGround.UNLAWFULLY_PROCESSED, "2033-12-31", False),
        (ErasureGround.LEGAL_OBLIGATION, "2033-12-31", False),
    ],
)
def test_a_legal_duty_to_keep_yields_only_to_a_court_or_unlawful_keeping(
    ground: ErasureGround, on: str, refused: bool
) -> None:
    outcome = closed(on).when(early(ground=ground, decided_on=day("2033-12-30")))

    if refused:
        outcome.then_rejected(RegisterStillKept)
    else:
        outcome.then_happens(ErasureDecided)


def test_a_placement_that_never_began_has_no_register_to_keep() -> None:
    at(Stage.REFERRED).and_then(DECLINED).on(day("2034-01-04")).when(early()).then_happens(ErasureDecided)


def test_the_day_of_the_decision_has_come() -> None:
    closed("2034-01-04").when(early(decided_on=day("2034-01-05"))).then_rejected(DateInFuture)


@pytest.mark.clause("access")
def test_whoever_asked_to_see_the_record_is_answered_before_it_is_erased() -> None:
    closed("2034-01-04").and_then(ASKED).when(early()).then_rejected(AccessRequestWaits)
    closed().and_then(PROPOSED, ASKED).when(ConfirmErasure()).then_rejected(AccessRequestWaits)


def test_a_key_goes_once_confirmed_and_nothing_of_the_pupil_is_open() -> None:
    """A key goes once a person said so and nothing of the pupil is open anywhere."""
    ended, to_erase, running = closed().state, closed().and_then(DECIDED).state, at(Stage.ACTIVE).state
    asked = closed().and_then(ASKED).state

    confirmed = closed().and_then(PROPOSED, ErasureConfirmed(confirmed_on=day("2038-01-04"))).state

    assert may_go([to_erase, ended], own=[to_erase, ended])
    assert may_go([confirmed], own=[confirmed])
    for held in ([], [ended], [to_erase, running], [to_erase, asked]):
        assert not may_go(held, own=held)


@pytest.mark.obligation("C6")
def test_what_was_decided_on_anothers_placement_takes_no_key() -> None:
    ended, to_erase = closed().state, closed().and_then(DECIDED).state

    assert may_go([to_erase, ended], own=[to_erase])
    assert not may_go([to_erase, ended], own=[ended])


SCHOOL_S = Ownership(controller="school:900001", schools=frozenset({Urn("900001")}))


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("org", ["school:900002", "la:831", None])
def test_another_organisation_decides_on_no_erasure(org: str | None) -> None:
    told = closed().knowing(owned=SCHOOL_S, org=org)

    told.by(Role.HEAD).when(early()).then_rejected(NotController)
    told.and_then(PROPOSED).by(Role.HEAD).when(ConfirmErasure()).then_rejected(NotController)


def test_the_controller_decides_on_an_erasure() -> None:
    told = closed().knowing(owned=SCHOOL_S, org="school:900001")

    told.by(Role.HEAD).when(early(ground=ErasureGround.UNLAWFULLY_PROCESSED)).then_happens(ErasureDecided)
    told.and_then(PROPOSED).by(Role.HEAD).when(ConfirmErasure()).then_happens(ErasureConfirmed)
