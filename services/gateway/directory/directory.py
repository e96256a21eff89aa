"""Schools and providers, folded from their streams, page by page. Nothing here concerns a child."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from starlette.responses import Response

from domain.access.roles import OrgKind
from domain.calendar.london import today as day_of
from domain.placement.referral.occupancy import Occupancy
from domain.provider import evolve as provider_fold
from domain.provider import state as provider_state
from domain.provider.deadlines import deadlines
from domain.provider.standards import covered
from domain.school import evolve as school_fold
from domain.school import state as school_state
from events.codec import PROVIDER, SCHOOL, Codec
from events.codes import EntryStatus, KeyStage, SenNeed, SettingType
from infra.event_store.lookup import read_streams, stream_ids
from infra.event_store.types import StoredEvent
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.streams.records import Decryptor, decode
from services.application import authorisation
from services.application.decider import Decider
from services.application.occupancy import at_provider
from services.gateway.commands.commanding import not_found
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway

Shown = dict[str, Any]


async def one(gateway: Gateway, person: Person, decider: Decider[Any, Any]) -> Response:
    async with connection(gateway.engine) as conn:
        loaded = await decider.load(conn)
    if not loaded.stream:
        raise not_found()
    state, version = loaded.state, loaded.version
    shown = _shown(state, version, person)
    if isinstance(state, provider_state.Provider):
        shown |= {"occupancy": await _occupancy(gateway, person, state)}
    return json_response(shown, headers={"ETag": f'"{version}"'})


async def _occupancy(gateway: Gateway, person: Person, state: provider_state.Provider) -> Occupancy | None:
    """For a council, of the placements that it may see, and for auditors: whether the provider must be a school."""
    seen = authorisation.sights(person)
    council = seen.places and seen.organisation(OrgKind.LA) is not None
    if not (council or seen.everything):
        return None
    assert state.provider_id is not None, "its first event names it"
    async with connection(gateway.engine) as conn:
        today = day_of(await gateway.clock.now(conn))
        return await at_provider(conn, state.provider_id, seen.visibility, gateway.keys, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFilter:
    """Each one given narrows the directory. `approved_by` is a council in whose directory the entry stands today."""

    need: SenNeed | None = None
    key_stage: KeyStage | None = None
    setting_type: SettingType | None = None
    approved_by: str | None = None

    def fits(self, state: provider_state.Provider, today: date) -> bool:
        details = state.details
        return (
            (self.need is None or (details is not None and self.need in details.needs))
            and (self.key_stage is None or (details is not None and self.key_stage in details.key_stages))
            and self.setting_type in {None, state.setting_type}
            and (self.approved_by is None or state.entry_status(self.approved_by, today) is EntryStatus.CURRENT)
        )

    def query(self) -> dict[str, str]:
        return {name: str(given) for name, given in dataclasses.asdict(self).items() if given is not None}


async def schools(gateway: Gateway, person: Person, cursor: str | None, limit: int) -> Response:
    return await _page(gateway, person, "school", "schools", cursor=cursor, limit=limit)


async def providers(
    gateway: Gateway, person: Person, wanted: DirectoryFilter, cursor: str | None, limit: int
) -> Response:
    """A page holds those of so many providers that fit: with filters it may be short, and the next one goes on."""
    today = day_of(await gateway.now())
    return await _page(
        gateway,
        person,
        "provider",
        "providers",
        cursor=cursor,
        limit=limit,
        fits=lambda state: wanted.fits(state, today),
        query=wanted.query(),
    )


def _all(_state: Any) -> bool:
    return True


async def _page(
    gateway: Gateway,
    person: Person,
    family: str,
    name: str,
    *,
    cursor: str | None,
    limit: int,
    fits: Callable[[Any], bool] = _all,
    query: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    prefix = f"{family}-"
    (after,) = cursors.DIRECTORY.unpack(cursor) or (prefix,)
    async with connection(gateway.engine) as conn:
        ids = await stream_ids(conn, prefix=prefix, after=after, limit=limit + 1)
        stored = await read_streams(conn, ids[:limit])
    streams = [list(events) for _, events in groupby(stored, key=attrgetter("stream_id"))]
    folded = [(await _folded(family, events), events[-1].version) for events in streams]
    shown = [_shown(state, version, person) for state, version in folded if fits(state)]
    following = _link(name, ids[limit - 1], limit, query) if len(ids) > limit else None
    return json_response({name: shown, "next": following})


async def _folded(family: str, stored: list[StoredEvent]) -> Any:
    codec, state, evolve = _FAMILIES[family]
    opener = Decryptor(None)
    for event in stored:
        state = evolve(state, (await decode(event, codec, opener)).event)
    return state


_FAMILIES: dict[str, tuple[Codec[Any], Any, Callable[[Any, Any], Any]]] = {
    "school": (SCHOOL, school_fold.initial(), school_fold.evolve),
    "provider": (PROVIDER, provider_fold.initial(), provider_fold.evolve),
}


def _link(name: str, last: str, limit: int, query: Mapping[str, str]) -> str:
    return link(name, {**query, "limit": limit, "cursor": cursors.DIRECTORY.pack((last,))})


def _shown(state: Any, version: int, person: Person) -> Shown:
    fields = {field.name: getattr(state, field.name) for field in dataclasses.fields(state)}
    del fields["stage"]
    fields.pop("published", None)  # a school's earlier calendars: its stream has them
    if isinstance(state, school_state.School):
        del fields["assumed_from"]  # how days before the first published one are counted
        fields["years"] = state.calendar_years
        fields["taken_over"] = [each.predecessor_urn for each in state.taken_over]
    if isinstance(state, provider_state.Provider):
        del fields["news"]  # what its events tell already
        fields |= {"deadlines": deadlines(state), "standards": covered(state), **_of_ones_own(state, person)}
    return {**fields, "version": version}


def _of_ones_own(state: provider_state.Provider, person: Person) -> Shown:
    """What a commissioner found out, and has to do, is its own; applications and concerns are for the councils that
    deal with them.
    """
    seen = authorisation.sights(person)
    if seen.everything:
        return {}
    if not seen.places:
        return dict.fromkeys(("due_diligence", "deadlines", "missed", "applications", "open_concerns"), ())
    own: Shown = {
        "due_diligence": [each for each in state.due_diligence if each.org_id == person.org],
        "deadlines": [each for each in deadlines(state) if each.org_id == person.org],
        "missed": [each for each in state.missed if each.org_id == person.org],
    }
    council = seen.organisation(OrgKind.LA) is not None
    return own if council else {**own, "applications": [], "open_concerns": []}
