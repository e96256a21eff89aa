"""Agreement to be served by e-mail: for one address, from its day, until it is withdrawn."""

from dataclasses import replace
from typing import Any

import pytest

from domain.pupil.electronic import (
    AgreementUnchanged,
    AgreementUnsound,
    RecordElectronicServiceAgreed,
    RecordElectronicServiceWithdrawn,
)
from domain.pupil.state import evolve, initial
from domain.shared.electronic import address_for
from events.pupil import ElectronicServiceAgreed, ElectronicServiceWithdrawn
from tests.domain.examples import day
from tests.domain.test_pupil import REGISTERED, Told

SAM = "Sam Example"


def agree(**changes: Any) -> RecordElectronicServiceAgreed:
    fields: dict[str, Any] = {
        "agreed_on": day("2026-11-20"),
        "parent": SAM,
        "email": "sam@example.org",
        "how": "in a letter",
    }
    return RecordElectronicServiceAgreed(**(fields | changes))


def withdraw(**changes: Any) -> RecordElectronicServiceWithdrawn:
    fields: dict[str, Any] = {"withdrawn_on": day("2026-11-22"), "parent": SAM, "reason": "rang"}
    return RecordElectronicServiceWithdrawn(**(fields | changes))


AGREED = Told(events=(REGISTERED, *Told(events=(REGISTERED,)).when(agree())))


def test_an_agreement_holds_from_its_day_until_it_is_withdrawn() -> None:
    (said,) = AGREED.when(withdraw(parent="sam  example"))
    withdrawn = replace(AGREED, events=(*AGREED.events, said))

    assert AGREED.events[1] == ElectronicServiceAgreed(
        agreed_on=day("2026-11-20"), parent=SAM, email="sam@example.org", how="in a letter"
    )
    assert said == ElectronicServiceWithdrawn(withdrawn_on=day("2026-11-22"), parent="sam  example", reason="rang")
    held = [address_for(withdrawn.state.agreements, SAM, day(f"2026-11-{n}")) for n in (19, 20, 21, 22, 23)]
    assert held == [None, "sam@example.org", "sam@example.org", None, None]
    assert address_for(AGREED.state.agreements, "Sam Other", day("2026-11-22")) is None


def test_a_later_agreement_has_its_own_address_and_withdrawal_ends_both() -> None:
    (again,) = AGREED.when(agree(agreed_on=day("2026-11-21"), email="new@example.org"))
    both = replace(AGREED, events=(*AGREED.events, again))

    assert address_for(both.state.agreements, SAM, day("2026-11-20")) == "sam@example.org"
    assert address_for(both.state.agreements, SAM, day("2026-11-21")) == "new@example.org"
    (gone,) = both.when(withdraw())
    assert address_for(evolve(both.state, gone).agreements, SAM, day("2026-11-22")) is None


def test_of_two_agreements_for_one_day_the_later_recorded_holds() -> None:
    (again,) = AGREED.when(agree(email="right@example.org"))
    both = replace(AGREED, events=(*AGREED.events, again))

    assert address_for(both.state.agreements, SAM, day("2026-11-20")) == "right@example.org"
    assert both.refused(agree(email="right@example.org")) == {AgreementUnchanged: {"/email"}}


@pytest.mark.parametrize(
    ("told", "command", "refused", "pointers"),
    [
        (Told(), agree(agreed_on=day("2026-11-24")), AgreementUnsound, {"/agreed_on"}),
        (Told(), agree(parent=" ", how=""), AgreementUnsound, {"/parent", "/how"}),
        (Told(), agree(email="sam"), AgreementUnsound, {"/email"}),
        (Told(), agree(email="sam@example.org, jo@example.org"), AgreementUnsound, {"/email"}),
        (AGREED, agree(agreed_on=day("2026-11-21")), AgreementUnchanged, {"/email"}),
        (AGREED, withdraw(withdrawn_on=day("2026-11-24")), AgreementUnsound, {"/withdrawn_on"}),
        (AGREED, withdraw(parent=""), AgreementUnsound, {"/parent"}),
        (AGREED, withdraw(parent="Jo Example"), AgreementUnchanged, {"/parent"}),
        (AGREED, withdraw(withdrawn_on=day("2026-11-19")), AgreementUnchanged, {"/parent"}),
        (Told(), withdraw(), AgreementUnchanged, {"/parent"}),
    ],
)
def test_an_agreement_that_does_not_hold_together_is_refused(
    told: Told, command: Any, refused: type, pointers: set[str]
) -> None:
    assert told.refused(command) == {refused: pointers}


def test_once_the_key_is_destroyed_nobody_has_agreed() -> None:
    agreed = ElectronicServiceAgreed(agreed_on=day("2026-11-20"))
    withdrawn = ElectronicServiceWithdrawn(withdrawn_on=day("2026-11-22"))

    assert evolve(evolve(initial(), agreed), withdrawn).agreements == ()
    assert evolve(AGREED.state, withdrawn).agreements == AGREED.state.agreements
