"""The row of a kind of event: the clauses that it answers to, and what may be put right of it."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import KW_ONLY, dataclass, field
from types import MappingProxyType
from typing import Any

from domain.placement.facts import Facts, Need
from domain.placement.state import Placement
from domain.shared.errors import Rejected

CorrectionCheck = Callable[[Any, Placement, Facts], Iterable[Rejected | None]]
"""What is wrong with an event, given the record before it: asked at its entry and at each correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """`corrects` may be put right. Each of `stays` may not, and its text says what to do instead."""

    sound: CorrectionCheck
    corrects: frozenset[str] = frozenset()
    stays: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventRow:
    """One kind of event.

    A field that `corrections` does not name is not corrected, so a new one is open only once somebody has said so.
    `corrections` is a text where nothing is put right, and says why. `needs` are the facts that `sound` asks for.
    """

    event: type
    _: KW_ONLY
    clauses: tuple[str, ...]
    corrections: CorrectionRow | str
    needs: AbstractSet[Need] = frozenset()


def corrected(sound: CorrectionCheck, *corrects: str, **stays: str) -> CorrectionRow:
    return CorrectionRow(sound=sound, corrects=frozenset(corrects), stays=MappingProxyType(stays))


def each_for(why: str, *names: str) -> dict[str, str]:
    """Several fields that stay for one reason."""
    return dict.fromkeys(names, why)


LAW = "It decides who may see the record and which law binds. Withdraw or cancel, and refer the pupil again."
FOLLOWS = "The system worked it out. Correct the fact that it follows from."
WHO = "It is the role of whoever gave the command, as the sign-in showed it."
GIVEN = ("given_on", "method", "deemed_on", "timely")

BY_TIME = "Time recorded this by itself. Correct the fact that it follows from."
FOLLOWED = "It followed from another event by itself. Correct that one."
