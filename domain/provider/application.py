"""Applying to join a council's directory, and what the council's officer decides."""

from domain.provider.facts import ProviderFacts
from domain.provider.state import Application, Provider
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import ApplicationOutcome
from events.definition import asked, value
from events.ids import ApplicationId, derived_id
from events.provider import DirectoryApplicationDecided, DirectoryApplicationSubmitted


@value
class SubmitDirectoryApplication:
    """Apply for the provider to join a council's directory of approved provision."""

    la_code: str = asked("Council whose directory you want to join", hint="Its 3 digit code, for example 831")
    statement: str = asked("Why should the provider be in the directory?")


@value
class DecideDirectoryApplication:
    """Decide an application to join your council's directory, with the reasons."""

    application_id: ApplicationId = asked("Application")
    la_code: str = asked("Council", hint="Its 3 digit code, for example 831")
    outcome: ApplicationOutcome = asked("What did you decide?")
    reasons: str = asked("Reasons", hint="The provider reads these")


class ApplicationUnsound(Rejected):
    """An application says what the provider offers. It is made to a council that does not list the provider and has no
    application from it to decide.
    """

    code = "application_unsound"
    title = "The application cannot be made like this"


class ApplicationNotOpen(Rejected):
    """An application is decided once, by the council that it was made to."""

    code = "application_not_open"
    title = "There is no such application to decide"


class ApplicationReasonsMissing(Rejected):
    """The provider that applied must be told why."""

    code = "application_reasons_missing"
    title = "The reasons are missing"


def submit(
    state: Provider, command: SubmitDirectoryApplication, facts: ProviderFacts
) -> tuple[DirectoryApplicationSubmitted, ...]:
    entry = state.entry(command.la_code)
    waiting = any(each.open and each.submitted.la_code == command.la_code for each in state.applications)
    refuse(
        None
        if visible(command.statement)
        else ApplicationUnsound("Write down what the provider offers.", pointer="/statement"),
        ApplicationUnsound("The provider is already in this council's directory.", pointer="/la_code")
        if entry is not None and entry.withdrawn_on is None
        else None,
        ApplicationUnsound("This council has not yet decided an earlier application.", pointer="/la_code")
        if waiting
        else None,
    )
    return (
        DirectoryApplicationSubmitted(
            application_id=ApplicationId(derived_id(facts.command_id, "application")),
            la_code=command.la_code,
            submitted_on=facts.today,
            statement=command.statement,
        ),
    )


def decide_application(
    state: Provider, command: DecideDirectoryApplication, facts: ProviderFacts
) -> tuple[DirectoryApplicationDecided, ...]:
    refuse(
        None
        if any(_answers(command, each) for each in state.applications)
        else ApplicationNotOpen("Name an open application to your council.", pointer="/application_id"),
        None if visible(command.reasons) else ApplicationReasonsMissing("Write down the reasons.", pointer="/reasons"),
    )
    return (
        DirectoryApplicationDecided(
            application_id=command.application_id,
            la_code=command.la_code,
            decided_on=facts.today,
            outcome=command.outcome,
            reasons=command.reasons,
        ),
    )


def _answers(command: DecideDirectoryApplication, application: Application) -> bool:
    asked = application.submitted
    return application.open and (asked.application_id, asked.la_code) == (command.application_id, command.la_code)
