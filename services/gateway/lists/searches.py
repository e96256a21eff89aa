"""Searching for a placement by a pupil's name or UPN, or by its reference: limited for each person, and logged."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.shared import upn
from domain.shared.errors import Rejected
from domain.shared.name_search import asked as beginnings
from domain.shared.references import MistypedReference, NotAReference, parse
from domain.shared.words import count
from events.ids import UUID_FORM
from infra.identity import searches
from infra.identity.read_log import hold_of_reader
from infra.identity.searches import Search, SearchedBy
from infra.identity.tokens import Person
from infra.postgres.db import connection, transaction
from infra.projections import pupil_names
from infra.projections.pupil_numbers import normal
from infra.projections.visibility import OfAuthority, OfProvider, OfSchool, Visibility
from services.application import references
from services.application.authorisation import Sights
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import FieldError, Problem, malformed
from services.gateway.http.runtime import Gateway
from services.gateway.lists.schemas import SearchAsked

MOST_AN_HOUR: Final = 120
"""Searches of one person: more than anybody needs, and too few to try names one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a search leaves of the placements: those found by all of the hashes, or the one with the id or reference."""

    found_by: tuple[bytes, ...] = ()
    named: str | None = None


async def search(gateway: Gateway, person: Person, by: SearchedBy, typed: str) -> UUID:
    """Keep a search, whose id goes into the link to what it finds.

    Raises Problem: what was typed is too short or mistyped, this person may not read names, or searched too often.
    """
    _checked(by, typed)
    if by is not SearchedBy.REFERENCE:
        _named_or_refused(await gateway.seeing(person))
    key = await pupil_names.search_key_of(gateway.keys)
    async with transaction(gateway.engine) as conn:
        await hold_of_reader(conn, person)
        lately = await searches.made_lately(conn, person)
        if lately.count >= MOST_AN_HOUR:
            detail = f"You have made {count(lately.count, 'attempt')} in an hour; {MOST_AN_HOUR} is the most."
            raise Problem("too_many_searches", detail, headers={"Retry-After": str(max(1, lately.seconds))})
        await searches.forget_old(conn)
        return await searches.keep(conn, key, person, Search(kind=by, typed=typed))


async def wanted(gateway: Gateway, person: Person, search_id: UUID, seen: Sights) -> tuple[Wanted, Sights]:
    """What a search of this person asks for, and the sights among which it looks.

    Raises Problem: it is another person's or over, or this person may not read names any more.
    """
    key = await pupil_names.search_key_of(gateway.keys)
    async with connection(gateway.engine) as conn:
        found = await searches.find(conn, key, person, search_id)
    if found is None:
        raise Problem("search_over", OWN["search_over"].words)
    if found.kind is SearchedBy.REFERENCE:
        return Wanted(named=found.typed), seen
    among = _named_or_refused(seen)
    organisation = _organisation(among.visibility)
    if organisation is None:
        return Wanted(found_by=(b"",)), among
    if found.kind is SearchedBy.UPN:
        number = normal(found.typed)
        assert number is not None, "it was checked before it was kept"
        return Wanted(found_by=(pupil_names.of_number(key, organisation, number),)), among
    return Wanted(found_by=tuple(pupil_names.of_name(key, organisation, beginnings(found.typed)))), among


def asked_in(asked: SearchAsked) -> tuple[SearchedBy, str]:
    """By what somebody searches. Raises Problem: by nothing, or by several."""
    found = [(by, typed) for by in SearchedBy if (typed := getattr(asked, by.value)) is not None]
    if len(found) != 1:
        raise malformed([FieldError(pointer="", detail="Give one of name, upn and reference.")])
    return found[0]


def _checked(by: SearchedBy, typed: str) -> None:
    """Raises Problem."""
    match by:
        case SearchedBy.NAME if not beginnings(typed):
            raise malformed([FieldError(pointer="/name", detail="Type at least three letters of the name.")])
        case SearchedBy.UPN if normal(typed) is None:
            raise malformed([FieldError(pointer="/upn", detail=_upn_detail(typed))])
        case SearchedBy.REFERENCE if not UUID_FORM.fullmatch(typed.strip()):
            _check_reference(typed)


def _upn_detail(typed: str) -> str:
    parsed = upn.parse(typed)
    assert isinstance(parsed, Rejected), "it is no UPN"
    return parsed.detail


def _check_reference(typed: str) -> None:
    try:
        parse(typed)
    except MistypedReference:
        errors = [{"pointer": "/reference", "detail": references.MISTYPED}]
        raise Problem("reference_mistyped", references.MISTYPED, errors=errors) from None
    except NotAReference:
        words = "This must be a reference, as in AP-7K3M-9QX2-4C."
        raise malformed([FieldError(pointer="/reference", detail=words)]) from None


def _named_or_refused(seen: Sights) -> Sights:
    """The sights that show names. Raises Problem: none does."""
    named = Sights(tuple(each for each in seen if each.names))
    if not named:
        raise Problem("role_not_allowed", "Names and UPNs are personal. Your roles read the record without them.")
    return named


def _organisation(visibility: Visibility) -> str | None:
    """As `pupil_names` has it of the organisations that may read a name."""
    match visibility:
        case OfSchool(urn=urn):
            return f"school:{urn}"
        case OfAuthority(la_code=la_code):
            return f"la:{la_code}"
        case OfProvider(provider_id=provider_id):
            return f"provider:{provider_id}"
        case _:
            return None
