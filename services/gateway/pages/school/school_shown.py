"""What a school's page shows, and the steps that the reader may give of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.access.roles import Organisation, OrgKind
from domain.calendar.school_calendar import academic_year
from domain.documents.phrases import code
from domain.school.view import DelegationView, SchoolView
from events.ids import Urn
from infra.identity.tokens import Person
from infra.postgres.db import connection
from services.application.authorisation import NotAllowed
from services.application.colleagues import Colleague, colleagues, organisation_of
from services.gateway.http.runtime import Gateway
from services.gateway.pages.pictures.school_year import school_year
from services.gateway.pages.steps import steps_here
from services.gateway.pages.web.filters import day, role_name, short_day, upper_first
from services.gateway.pages.web.parts import DataTable, Fact, Link, Picture

_MOST_PEOPLE: Final = 200


class Part(StrEnum):
    DETAILS = "details"
    CALENDAR = "calendar"
    DELEGATIONS = "delegations"
    MORE = "more"


_STEPS: Final[Mapping[str, tuple[Part, str]]] = {
    "correct-school": (Part.DETAILS, "Correct the details"),
    "convert-school": (Part.DETAILS, "Record a conversion to an academy"),
    "close-school": (Part.DETAILS, "Record that the school closes"),
    "cancel-succession": (Part.DETAILS, "Cancel the planned change"),
    "publish-calendar": (Part.CALENDAR, "Publish term dates"),
    "confirm-calendar-correction": (Part.CALENDAR, "Confirm a correction"),
    "grant-delegation": (Part.DELEGATIONS, "Record a delegation"),
    "revoke-delegation": (Part.DELEGATIONS, "Record that it was taken back"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPage:
    """`people` is None for who is shown none: those of another school, and roles that assign no cases."""

    name: str
    details: Sequence[Fact]
    years: Sequence[Picture]
    waiting: Sequence[str]
    delegations: DataTable
    people: DataTable | None
    steps: Mapping[Part, Sequence[Link]]


async def school_page(gateway: Gateway, person: Person, view: SchoolView) -> SchoolPage:
    assert view.urn is not None, "its first event names it"
    return SchoolPage(
        name=view.name,
        details=_details(view),
        years=_years(view),
        waiting=[f"A correction waits for a second person: {each.reason}" for each in view.corrections_proposed],
        delegations=_delegations(view.delegations),
        people=await _people(gateway, person, view.urn),
        steps=_steps(person, view),
    )


def _steps(person: Person, view: SchoolView) -> dict[Part, list[Link]]:
    """Those that make sense now; a step without words here is shown at the end, with what it does."""
    assert view.urn is not None
    open_ = [each for each in view.delegations if each.revoked_on is None]
    planned = view.succession is not None
    not_now = {
        "confirm-calendar-correction": not view.corrections_proposed,
        "revoke-delegation": not open_,
        "cancel-succession": not planned,
        "convert-school": planned,
        "close-school": planned,
    }
    found: dict[Part, list[Link]] = {part: [] for part in Part}
    if view.succeeded is not None:
        return found
    for kind, does in steps_here.of_school(person, view.urn, view.la_code).items():
        if kind != "register-school" and not not_now.get(kind, False):
            part, words = _STEPS.get(kind, (Part.MORE, does))
            found[part].append(Link(words, f"/schools/{view.urn}/do/{kind}"))
    return found


def _details(view: SchoolView) -> list[Fact]:
    facts = [
        Fact("URN", view.urn or ""),
        Fact("LAESTAB", view.laestab or "Not recorded"),
        Fact("Kind of school", "Not known" if view.kind is None else code(view.kind)),
        Fact("Council", view.la_code),
    ]
    if view.succession is not None:
        planned = view.succession
        words = f"{planned.successor_urn} takes its place on {day(planned.effective_on)}"
        facts.append(Fact("Planned", words))
    if view.succeeded is not None:
        done = view.succeeded
        facts.append(Fact("No longer open", f"{done.successor_urn} has its place since {day(done.effective_on)}"))
    if view.taken_over:
        facts.append(Fact("Took the place of", ", ".join(view.taken_over)))
    return facts


def _years(view: SchoolView) -> list[Picture]:
    """The latest first, as that is the one that is worked on."""
    return [
        school_year(
            each.academic_year,
            [term for term in view.half_terms if academic_year(term.first_on) == each.academic_year],
            [inset for inset in view.inset_days if academic_year(inset) == each.academic_year],
            [half for half in view.half_days if academic_year(half.day) == each.academic_year],
        )
        for each in reversed(view.years)
        if not each.provisional
    ]


def _delegations(found: Sequence[DelegationView]) -> DataTable:
    return DataTable(
        caption="Delegations",
        caption_hidden=True,
        columns=("Who may direct pupils off site", "From", "Until"),
        rows=[
            [
                upper_first(role_name(each.to_role)),
                short_day(each.granted_on),
                _until(each),
            ]
            for each in reversed(found)
        ],
        empty="The governing body or trust has delegated nothing: it decides each placement itself.",
    )


def _until(each: DelegationView) -> str:
    if each.revoked_on is not None:
        return f"Taken back on {short_day(each.revoked_on)}"
    return "Until it is taken back" if each.until_on is None else short_day(each.until_on)


async def _people(gateway: Gateway, person: Person, urn: Urn) -> DataTable | None:
    org = str(Organisation(kind=OrgKind.SCHOOL, name=urn))
    try:
        if organisation_of(person) != org:
            return None
    except NotAllowed:
        return None
    await gateway.people.settle()
    async with connection(gateway.engine) as conn:
        found = await colleagues(conn, org, after=None, limit=_MOST_PEOPLE)
    return DataTable(
        caption="People",
        caption_hidden=True,
        columns=("Name", "Roles", "Open placements", "Last signed in"),
        numbers=frozenset({2}),
        rows=[_colleague(each) for each in found],
        empty="Nobody has signed in yet.",
    )


def _colleague(each: Colleague) -> list[str]:
    known = each.person
    roles = ", ".join(role_name(role) for role in known.roles)
    return [
        known.name or "Name not known",
        upper_first(roles),
        str(each.open_placements),
        short_day(known.last_seen_at),
    ]
