"""The page of who sees and does what, from the tables that decide it."""

from docs.access_table import CODES, NAMES, NEEDED, OPERATIONS, ROWS, cell
from domain.access.roles import RIGHTS, OrgKind, needs
from domain.placement.provider_sight.fields import EVENTS, FieldSpec
from domain.placement.provider_sight.phases import ProviderPart
from events.codec import ATTENDANCE, PLACEMENT
from events.codes import Role
from services.gateway.commands.catalogue import SPECS

_PEOPLE = tuple(RIGHTS)


def text() -> str:
    """The page: roles, operations, commands, and a provider's sight by phase."""
    return f"{_ACCESS}{_roles()}{_operations()}{_commands()}{_PHASES}{_shown_to_providers()}"


_ACCESS = """# Who sees and does what

A token names a person's roles and one organisation.
**Each role counts with that organisation alone, and for each placement by itself**: sight, names and commands come from one pair of role and organisation, never from two roles together.
A role without an organisation of its kind gives nothing: lists are empty, a record is 404, everything else 403.
Roles of the service itself (`system`) are never taken from a token.

What is not visible is answered 404, as what is not there; what is visible and not allowed, 403.
A restricted record is there for the roles and people that it names, of those who could see it before, and for auditors.
In lists it is a row with its reference and no name, even for those. `POST /placements/searches` finds by name and UPN for who reads names, of what they see.
The feed and its stream ask who may see an event when they send it, and they end when their token does.
A parent and a pupil see nothing so far: nothing links them to a placement.
`/`, `/metrics`, `/problems`, `/api/docs` and `/api/openapi.json` tell nothing of anybody and ask for no sign-in.

"""  # noqa: E501 - a sentence to a line


def _roles() -> str:
    rows = [
        f"| `{role.value}` | {needs(role)} | {_sight(role)} | {_yes(rights.feed)} | {_yes(rights.returns)} |\n"
        for role, rights in RIGHTS.items()
    ]
    head = "## Roles\n\n| Role | Needs | Sees | Follows events | Draws up returns |\n|---|---|---|---|---|\n"
    return f"{head}{''.join(rows)}\n"


def _sight(role: Role) -> str:
    rights = RIGHTS[role]
    if not rights.works_for:
        return "nothing so far"
    if rights.everything:
        return "every placement, without names"
    if role is Role.PROVIDER_USER:
        return "the placements at the provider, by phase (below), with names from the agreement on"
    whose = {
        frozenset({OrgKind.SCHOOL}): "the school's placements",
        frozenset({OrgKind.LA}): "the placements of the council's schools, and of pupils whose EHC plan it maintains",
    }
    names = "with names" if rights.names else "without names"
    return f"{whose.get(rights.works_for, 'what its organisation sees')}, {names}"


def _yes(held: bool) -> str:
    return "yes" if held else ""


def _operations() -> str:
    head = f"| Reads | {' | '.join(_column(role) for role in _PEOPLE)} |\n|---{'|---' * len(_PEOPLE)}|\n"
    rows = [
        f"| `{path}` | {' | '.join(cell(audience, role) for role in _PEOPLE)} |\n"
        for path, audience in OPERATIONS.items()
    ]
    words = (
        "## Reading\n\n"
        "The paths begin with `/api/v1`, except those of `/health`.\n"
        f"`{NAMES}`: with names. `{CODES}`: without. `{NEEDED}`: what its phase needs."
        f" `{ROWS}`: a row for each placement that is seen. `own`: of what they gave themselves.\n"
        "Each with an organisation of its kind that has the placement.\n\n"
    )
    return f"{words}{head}{''.join(rows)}\n"


def _column(role: Role) -> str:
    return role.value.replace("_", " ")


_FAMILIES = {
    "placement": "a placement that they see in this role",
    "attendance": "the register of a placement that they see in this role",
    "pupil": "a pupil of a placement that they see in this role",
    "school": "their own school, or a school of their own council",
    "provider": "their own provider, or what is their own council's or school's",
}


def _commands() -> str:
    parts = ["## Commands\n\n"]
    for family, specs in SPECS.items():
        parts.append(f"Of {_FAMILIES[family]}:\n\n| Command | {' | '.join(_column(role) for role in _PEOPLE)} |\n")
        parts.append(f"|---{'|---' * len(_PEOPLE)}|\n")
        for kind, spec in specs.items():
            cells = ("yes" if role in spec.step.by else "" for role in _PEOPLE)
            parts.append(f"| `{kind}` | {' | '.join(cells)} |\n")
        parts.append("\n")
    return "".join(parts)


_PHASES = """## A provider, by phase

| Phase | From | Until | Sees |
|---|---|---|---|
| not asked | the proposal | the school asks for a place | nothing |
| asked | the school asks it for a place | it declines, another is proposed, the referral stops, or an agreement is issued | what an offer needs, and the risks that bear on safety; nobody by name |
| placed | the agreement is issued | the placement ends | what teaching and safety need, by name |
| ended, not evaluated | the end | the evaluation, or `PLACEMENTS_PROVIDER_SIGHT_DAYS` days after the end (60) | the same |
| ended, a concern is open | the end | the concern is answered; once closed, those days after the end | the same |
| evaluated | the evaluation | | nothing |
| declined, withdrawn, cancelled | that | | nothing |

Until its sight ends a provider takes its own marks, reports and concerns along by name: `GET /placements/{id}/own-records`, logged like each reading.
The school and the council can read the same later, to hand it over.
The provider is the controller of these records; the agreement says how long it keeps them.
What somebody of the provider brought about is shown to it whole; offers, concerns and notes of others are not.
In texts shown for an offer the names of the pupil and the parents are replaced.

"""  # noqa: E501 - lines of a table


def _shown_to_providers() -> str:
    kinds = [*PLACEMENT.types(), *ATTENDANCE.types()]
    parts = (ProviderPart.OFFER, ProviderPart.TEACHING)
    rows = [f"| `{cls.__name__}` | {' | '.join(_fields_shown(part, cls) for part in parts)} |\n" for cls in kinds]
    return f"| Event | While asked | While placed |\n|---|---|---|\n{''.join(rows)}"


def _fields_shown(part: ProviderPart, cls: type) -> str:
    if cls not in EVENTS[part]:
        return ""
    spec = EVENTS[part][cls]
    if spec is None:
        return "all"
    return ", ".join(f"`{name}`" if within is None else _within(name, within) for name, within in spec.items())


def _within(name: str, spec: FieldSpec) -> str:
    return ", ".join(
        f"`{name}.{field}`" if within is None else _within(f"{name}.{field}", within) for field, within in spec.items()
    )
