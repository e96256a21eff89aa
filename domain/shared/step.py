"""What is known of one command, in one row: its rule, who may give it and when, and what its answer warns of."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

from domain.shared.commands import kebab, summary
from events.codes import Role

Command = TypeVar("Command")
State = TypeVar("State")
StepFacts = TypeVar("StepFacts")
Event = TypeVar("Event")
At = TypeVar("At")
"""The stages of the record."""
R = TypeVar("R", bound="AnyStep")

_SYSTEM_ONLY = frozenset({Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Step(Generic[Command, State, StepFacts, Event, At]):
    """One command of one kind of record. The stages in which it may be given, and the roles that may give it."""

    command: type[Command]
    handle: Callable[[State, Command, StepFacts], tuple[Event, ...]]
    _: KW_ONLY
    stages: AbstractSet[At]
    by: AbstractSet[Role]

    @property
    def name(self) -> str:
        """In a URL and in Temporal: `submit-referral`."""
        return kebab(self.command)

    @property
    def summary(self) -> str:
        """What the command does, in a case worker's words."""
        return summary(self.command)

    @property
    def is_for_people(self) -> bool:
        """People may give this command: it is offered over HTTP."""
        return self.by != _SYSTEM_ONLY

    @property
    def people(self) -> frozenset[Role]:
        """The roles of people who may give it."""
        return frozenset(self.by) - _SYSTEM_ONLY


AnyStep = Step[Any, Any, Any, Any, Any]


class NamesCouncil(Protocol):
    """A command that names the council that it is of."""

    @property
    def la_code(self) -> str: ...


def la_code(command: NamesCouncil) -> str:
    return command.la_code


def no_council(_command: object) -> None:
    return None


def table(rows: Sequence[R]) -> Mapping[type, R]:
    """The rows by their commands, in the order given. No command has two."""
    found = {row.command: row for row in rows}
    assert len(found) == len(rows), "a command has one row"
    return MappingProxyType(found)


def by_name(steps: Mapping[type, AnyStep]) -> Mapping[str, type]:
    """Every command by its name in a URL, the system's own included."""
    return MappingProxyType({step.name: command for command, step in steps.items()})
