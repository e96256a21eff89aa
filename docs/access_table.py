"""Who reads what, as the page docs/access.md tells it: one row for each operation. A test asks the service for each."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.access.roles import RIGHTS, OrgKind, RoleInOrganisation
from domain.placement.record.assigning import AssignCase
from domain.placement.steps import STEPS
from events.codes import Role

API: Final = "/api/v1"


class Audience(StrEnum):
    """Whom an operation answers, and what it shows them."""

    ANYBODY = "anybody, signed in or not"
    SIGNED_IN = "whoever is signed in"
    OWN = "who gave the command, and auditors"
    MEMBERS = "each role with its organisation"
    LIST = "whoever is signed in: of the placements that they see, and of no other"
    PLACEMENT = "who sees the placement"
    PLACEMENT_CODES = "who sees the placement; nobody is named"
    LETTERS = "whoever is signed in: of the placements that they see, though not as a provider"
    WHOLE = "who sees the placement, though not its provider"
    NAMED = "who sees the placement with names, though not its provider"
    NAMED_PART = "who sees the placement with names"
    FEED = "roles that may follow the events: of what they see"
    RETURNS = "roles that draw up returns, of their own school or council"
    REGISTER = "officers, of their own council"
    PEOPLE = "roles that assign cases: the staff of their own organisation"
    JOB = "who asked for the job, in a role that checks on the service"
    AUDITED = "auditors, and data protection officers: of a placement that is theirs; no child is named"
    AUDITS = "auditors, and data protection officers of their own organisation; no child is named"
    TASKS = "officers, of their own council; nobody is named"


OPERATIONS: Final[Mapping[str, Audience]] = MappingProxyType(
    {
        "/placements": Audience.LIST,
        "/placements/{placement_id}": Audience.PLACEMENT,
        "/placements/{placement_id}/timeline": Audience.PLACEMENT,
        "/placements/{placement_id}/deadlines": Audience.PLACEMENT_CODES,
        "/placements/{placement_id}/documents": Audience.PLACEMENT_CODES,
        "/placements/{placement_id}/documents/{document_id}": Audience.NAMED_PART,
        "/placements/{placement_id}/own-records": Audience.NAMED_PART,
        "/placements/{placement_id}/full-record": Audience.NAMED,
        "/placements/{placement_id}/evidence": Audience.WHOLE,
        "/placements/{placement_id}/attendance": Audience.PLACEMENT_CODES,
        "/placements/{placement_id}/attendance/{iso_week}": Audience.PLACEMENT,
        "/placements/{placement_id}/commands": Audience.PLACEMENT_CODES,
        "/pupils/{pupil_id}": Audience.PLACEMENT,
        "/today": Audience.LIST,
        "/deadlines": Audience.LIST,
        "/reviews": Audience.LIST,
        "/outcomes": Audience.LIST,
        "/letters": Audience.LETTERS,
        "/council-tasks": Audience.TASKS,
        "/events": Audience.FEED,
        "/events/stream": Audience.FEED,
        "/events/{event_id}": Audience.PLACEMENT,
        "/audit/proofs/{event_id}": Audience.PLACEMENT_CODES,
        "/audit/checkpoints": Audience.MEMBERS,
        "/audit/access-log": Audience.AUDITS,
        "/audit/diff": Audience.AUDITED,
        "/audit/diff/{job_id}": Audience.JOB,
        "/audit/diff/{job_id}/result": Audience.JOB,
        "/audit/what-if/{job_id}": Audience.JOB,
        "/audit/what-if/{job_id}/result": Audience.JOB,
        "/audit/exports/{job_id}": Audience.JOB,
        "/audit/exports/{job_id}/result": Audience.JOB,
        "/audit/consistency": Audience.MEMBERS,
        "/returns/census": Audience.RETURNS,
        "/returns/register": Audience.REGISTER,
        "/commands/{command_id}": Audience.OWN,
        "/schools": Audience.MEMBERS,
        "/schools/{urn}": Audience.MEMBERS,
        "/providers": Audience.MEMBERS,
        "/providers/{provider_id}": Audience.MEMBERS,
        "/providers/{provider_id}/directory-entry": Audience.MEMBERS,
        "/people": Audience.PEOPLE,
        "/reference": Audience.SIGNED_IN,
        "/reference/{code_set}": Audience.SIGNED_IN,
        "/health/live": Audience.ANYBODY,
        "/health/ready": Audience.ANYBODY,
    }
)
"""Every operation that reads, by its address below `/api/v1`; those of the service itself by their whole address."""

ASSIGNS: Final = STEPS[AssignCase].people
NAMES, CODES, NEEDED, YES, ROWS, NOTHING = "names", "codes", "what it needs", "yes", "rows", "-"


def cell(audience: Audience, role: Role) -> str:
    """What somebody in a role, with an organisation of its kind that has the placement, is shown."""
    rights = RIGHTS[role]
    if audience in {Audience.ANYBODY, Audience.SIGNED_IN, Audience.MEMBERS}:
        return YES
    if audience is Audience.LIST:
        return ROWS if _sees(role) else NOTHING
    if audience is Audience.LETTERS:
        return ROWS if _sees(role) and role is not Role.PROVIDER_USER else NOTHING
    if audience in {Audience.JOB, Audience.OWN}:
        return _own(audience, role)
    shown = NAMES if rights.names else CODES
    if role is Role.PROVIDER_USER:
        shown = NEEDED
    if audience in {Audience.PLACEMENT_CODES, Audience.WHOLE, Audience.TASKS, Audience.AUDITS, Audience.AUDITED}:
        shown = CODES
    allowed = {
        Audience.PLACEMENT: _sees(role),
        Audience.PLACEMENT_CODES: _sees(role),
        Audience.WHOLE: _sees(role) and role is not Role.PROVIDER_USER,
        Audience.NAMED: rights.names and role is not Role.PROVIDER_USER,
        Audience.NAMED_PART: rights.names,
        Audience.FEED: rights.feed,
        Audience.RETURNS: rights.returns,
        Audience.REGISTER: rights.returns and OrgKind.LA in rights.works_for,
        Audience.TASKS: role is Role.LA_OFFICER,
        Audience.PEOPLE: role in ASSIGNS,
        Audience.AUDITS: rights.audits,
        Audience.AUDITED: rights.audits,
    }
    if not allowed[audience]:
        return NOTHING
    return YES if audience is Audience.FEED else shown


def _own(audience: Audience, role: Role) -> str:
    if audience is Audience.JOB:
        return "own" if RIGHTS[role].audits else NOTHING
    return YES if RIGHTS[role].everything else "own"


def _sees(role: Role) -> bool:
    """A parent and a pupil see nothing so far: there is no link between them and a placement."""
    return bool(RIGHTS[role].works_for)


def status(audience: Audience, standings: tuple[RoleInOrganisation, ...], *, seen: bool) -> int:
    """The status that somebody is answered with these pairs, where their organisation has the placement (`seen`)."""
    provider = any(each.of(OrgKind.PROVIDER) is not None for each in standings)
    names = any(each.rights.names for each in standings)
    audits = any(each.rights.audits for each in standings)
    returning = [each for each in standings if each.rights.returns]
    refused = {
        Audience.MEMBERS: not standings,
        Audience.FEED: not any(each.rights.feed for each in standings),
        Audience.RETURNS: not returning,
        Audience.REGISTER: not any(each.of(OrgKind.LA) is not None for each in returning),
        Audience.TASKS: not any(each.role is Role.LA_OFFICER for each in standings),
        Audience.AUDITS: not audits,
        Audience.AUDITED: not audits,
        Audience.JOB: not audits,
        Audience.PEOPLE: not any(each.role in ASSIGNS for each in standings),
        Audience.WHOLE: provider,
        Audience.NAMED: provider or not names,
        Audience.NAMED_PART: not names,
    }
    if audience in _OF_ONE_PLACEMENT and not seen:
        return 404
    if audience is Audience.OWN:
        return 200 if any(each.rights.everything for each in standings) else 404
    if refused.get(audience, False):
        return 403
    # A job is there for who asked for it.
    return 404 if audience is Audience.JOB else 200


_OF_ONE_PLACEMENT: Final = frozenset(
    {Audience.PLACEMENT, Audience.PLACEMENT_CODES, Audience.WHOLE, Audience.NAMED, Audience.NAMED_PART}
)
