"""Agreement to be served by e-mail: by a parent, or the pupil from 18, for one address; withdrawn at any time."""

import re
from datetime import date

from domain.pupil.facts import PupilFacts
from domain.pupil.state import PupilRecord
from domain.shared import words
from domain.shared.electronic import Agreement, address_for, is_one
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.definition import asked, value
from events.pupil import ElectronicServiceAgreed, ElectronicServiceWithdrawn

_EMAIL = re.compile(r"[^\s,;<>()@]+@[^\s,;<>()@]+\.[^\s,;<>()@]+")


@value
class RecordElectronicServiceAgreed:
    """Record that a parent, or the pupil from 18, agreed to get letters by e-mail, and at which address.

    `parent` is the name as the record has it; `how` is how they said so.
    """

    agreed_on: date = asked("When did they agree?")
    parent: str = asked("Who agreed?", hint="The parent, or the pupil from the age of 18")
    email: str = asked("Email address")
    how: str = asked("How did they agree?", hint="For example, by the form of 3 September")


@value
class RecordElectronicServiceWithdrawn:
    """Record that a parent, or the pupil from 18, no longer agrees to get letters by e-mail."""

    withdrawn_on: date = asked("When did they say so?")
    parent: str = asked("Who no longer agrees?")
    reason: str | None = asked("Reason", default=None)


class AgreementUnsound(Rejected):
    """An agreement says who gave it, one address and how they agreed. Its day is not in the future."""

    code = "electronic_agreement_unsound"
    title = "The agreement to letters by email is not correct"


class AgreementUnchanged(Rejected):
    """Only a change is recorded. There is already such an agreement, or there is none to withdraw."""

    code = "electronic_agreement_unchanged"
    title = "Nothing would change"


def agree(
    state: PupilRecord, command: RecordElectronicServiceAgreed, facts: PupilFacts
) -> tuple[ElectronicServiceAgreed, ...]:
    refuse(
        _not_ahead(command.agreed_on, facts, "/agreed_on"),
        *_written(("parent", command.parent), ("how", command.how)),
        None if _EMAIL.fullmatch(command.email) else AgreementUnsound("Give one email address.", pointer="/email"),
    )
    held = address_for(state.agreements, command.parent, command.agreed_on)
    refuse(
        AgreementUnchanged(f"It holds on {words.on(command.agreed_on)} already.", pointer="/email")
        if held == command.email
        else None
    )
    return (
        ElectronicServiceAgreed(
            agreed_on=command.agreed_on, parent=command.parent, email=command.email, how=command.how
        ),
    )


def withdraw(
    state: PupilRecord, command: RecordElectronicServiceWithdrawn, facts: PupilFacts
) -> tuple[ElectronicServiceWithdrawn, ...]:
    refuse(_not_ahead(command.withdrawn_on, facts, "/withdrawn_on"), *_written(("parent", command.parent)))
    refuse(
        None
        if any(_is_held(each, command) for each in state.agreements)
        else AgreementUnchanged("This person has no agreement on that day.", pointer="/parent")
    )
    return (
        ElectronicServiceWithdrawn(withdrawn_on=command.withdrawn_on, parent=command.parent, reason=command.reason),
    )


def _is_held(agreement: Agreement, command: RecordElectronicServiceWithdrawn) -> bool:
    return is_one(agreement.parent, command.parent) and agreement.holds_on(command.withdrawn_on)


def _not_ahead(day: date, facts: PupilFacts, pointer: str) -> AgreementUnsound | None:
    if day <= facts.today:
        return None
    return AgreementUnsound(f"{words.on(day)} is in the future.", pointer=pointer)


def _written(*texts: tuple[str, str]) -> list[AgreementUnsound | None]:
    said = {"parent": "who agreed, by name", "how": "how they said so"}
    return [
        None if visible(text) else AgreementUnsound(f"Write down {said[field]}.", pointer=f"/{field}")
        for field, text in texts
    ]
