"""Home schools: their commands, and what a conversion or a closure brings to the school that takes the place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial, reduce
from typing import Any

import asyncpg

from domain.calendar.london import today
from domain.school import evolve as states
from domain.school import steps as rules
from domain.school import succession as successions
from domain.school.facts import SchoolFacts
from domain.school.state import School
from domain.school.succession import taking_effect
from events.codec import SCHOOL
from events.ids import Urn, school_stream
from events.school import SchoolSucceeded, SuccessionPlanned
from infra.bank_holidays import bank_holidays
from infra.streams.records import load
from services.application import succession
from services.application.decider import Context, DecidedCommand, Decider, Loaded
from services.application.handling import append_beside


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessionFacts:
    """`successor` is the school that has the planned successor's place by now, as another may have taken that."""

    today: date
    successor: Urn | None


def school(urn: Urn) -> Decider[School, SchoolFacts]:
    return Decider(
        stream_id=school_stream(urn),
        about={"urn": urn},
        codec=SCHOOL,
        initial=states.initial,
        evolve=states.evolve,
        decide=rules.decide,
        gather=partial(_gather, urn),
        rows=partial(_move_rows, urn),
        beside=partial(_succeed, urn),
        answers=_answers,
    )


def taking_place(urn: Urn) -> Decider[School, SuccessionFacts]:
    """A conversion or a closure on its day: another school has the place from now on. The system gives the command."""
    return Decider(
        stream_id=school_stream(urn),
        about={"urn": urn},
        codec=SCHOOL,
        initial=states.initial,
        evolve=states.evolve,
        decide=lambda state, _command, facts: taking_effect(state, facts.today, by=facts.successor),
        gather=_whose_place,
        rows=partial(_move_rows, urn),
        beside=partial(_succeed, urn),
    )


async def _whose_place(
    conn: asyncpg.Connection, loaded: Loaded[School], _command: object, context: Context
) -> SuccessionFacts:
    planned = loaded.state.succession
    successor = None if planned is None else (await succession.chain(conn, planned.successor_urn))[-1]
    return SuccessionFacts(today=today(context.now), successor=successor)


async def _gather(
    urn: Urn, conn: asyncpg.Connection, _loaded: Loaded[School], command: Any, context: Context
) -> SchoolFacts:
    named = None if command is None else rules.STEPS[type(command)].successor(command)
    return SchoolFacts(
        urn=urn,
        actor=context.actor,
        command_id=context.command_id,
        today=today(context.now),
        successor=None if named is None else await succession.folded(conn, named),
    )


def _answers(decided: DecidedCommand[School, SchoolFacts]) -> Mapping[str, Any]:
    calendar = decided.after.state.calendar(bank_holidays())
    return {"warnings": rules.warnings(decided.command, decided.events, calendar)}


async def _move_rows(urn: Urn, conn: asyncpg.Connection, decided: DecidedCommand[School, Any]) -> None:
    """The rows that are the successor's own from now on."""
    for event in decided.events:
        if isinstance(event, SchoolSucceeded):
            await succession.move_rows(conn, urn, event.successor_urn)


async def _succeed(urn: Urn, conn: asyncpg.Connection, decided: DecidedCommand[School, Any]) -> None:
    """What a conversion or a closure brings to the other school's record, in the same transaction."""
    number, state = len(decided.events), decided.before.state
    for event in decided.events:
        state = states.evolve(state, event)
        if isinstance(event, SuccessionPlanned):
            begun = rules.STEPS[type(decided.command)].begins(state, decided.command, decided.facts)
            await _append(conn, decided, event.successor_urn, *begun, number=number)
            number += len(begun)
            await succession.plan(conn, urn, event.effective_on)
        elif isinstance(event, SchoolSucceeded):
            await _take_over(conn, decided, state, event, number=number)


async def _take_over(
    conn: asyncpg.Connection,
    decided: DecidedCommand[School, Any],
    before: School,
    event: SchoolSucceeded,
    *,
    number: int,
) -> None:
    """What the successor's record gets."""
    records = await load(conn, school_stream(event.successor_urn), SCHOOL)
    successor = reduce(states.evolve, (each.event for each in records), states.initial())
    events = successions.taken_over(before, successor, event)
    await _append(conn, decided, event.successor_urn, *events, version=records[-1].version, number=number)


async def _append(
    conn: asyncpg.Connection,
    decided: DecidedCommand[School, Any],
    urn: Urn,
    *events: Any,
    number: int,
    version: int = 0,
) -> None:
    await append_beside(
        conn, decided, events, stream_id=school_stream(urn), codec=SCHOOL, version=version, numbered_from=number
    )
