"""One worked example body for each command. Together they tell one placement's story, which a test takes step by step.

The steps are JSON files in `story/`, in the order of the phases. Every person, school and number in them is invented,
and is one of the example caseload's, so that the story can be told on a running set-up too. Ids that a command makes
follow from that command's own id (`command_id`), so later bodies contain them as they will be.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from events.ids import PlacementId, PupilId, derived_id

SCHOOL_URN = "900001"
PROVIDER_ID = UUID("0190a1b2-0000-7000-8000-000000000001")
SITE_ID = UUID("0190a1b2-0000-7000-8000-000000000002")
DELEGATION_ID = UUID("0190a1b2-0000-7000-8000-000000000004")
_FIRST_COMMAND_ID = UUID("0190a1b2-0000-7000-8000-000000000005")

PLACEMENT_ID = PlacementId(derived_id(_FIRST_COMMAND_ID, "placement"))
PUPIL_ID = PupilId(derived_id(_FIRST_COMMAND_ID, "pupil"))
WEEK = "2026-W50"


class StoryStep(NamedTuple):
    """One command of the story: the day it is given, its name, who gives it, its body."""

    day: date
    command: str
    role: str
    body: dict[str, Any]


def _data(name: str) -> Any:
    return json.loads((Path(__file__).parent / "story" / f"{name}.json").read_text("utf-8"))


def _step(written: Mapping[str, Any]) -> StoryStep:
    return StoryStep(date.fromisoformat(written["day"]), written["command"], written["role"], written["body"])


def _steps(name: str) -> tuple[StoryStep, ...]:
    return tuple(_step(each) for each in _data(name))


BEFORE = _steps("before")
"""What the example caseload has already."""
_REGISTER = _steps("register")
_PHASES = (*_steps("referral"), *_steps("decision"), *_REGISTER, *_steps("first_weeks"))
STORY: tuple[StoryStep, ...] = (*BEFORE, *_PHASES, *_steps("review"), *_steps("return"))
OF_PLACEMENT = tuple(step for step in STORY[len(BEFORE) :] if step not in _REGISTER)
"""The part of the story that is the placement's own."""
INSTEAD: Mapping[str, StoryStep] = {before: _step(written) for before, written in _data("instead").items()}
"""Steps of another outcome, each given in place of the step that is its key."""
BESIDE: Mapping[str, tuple[StoryStep, ...]] = {
    before: tuple(_step(each) for each in written) for before, written in _data("beside").items()
}
"""Side stories, each told from before the step that is its key. Their first command of a kind has that kind's id."""
TOLD_OTHERWISE: Mapping[str, Mapping[str, Mapping[str, Any]]] = _data("told_otherwise")
"""What must be different in the story for the command that another way begins with: fields of the bodies before it."""
OUTSIDE = _steps("outside")
"""Steps of no story, each with a test of its own; the file says for what placement each is meant."""

_BESIDE = tuple(step for steps in BESIDE.values() for step in steps)
_ALL = (*OUTSIDE, *STORY, *INSTEAD.values(), *_BESIDE)
STEPS: Mapping[str, StoryStep] = {step.command: step for step in reversed(_ALL)}
EXAMPLES: Mapping[str, dict[str, Any]] = {command: step.body for command, step in STEPS.items()}


def command_id(command: str) -> UUID:
    """The id under which the story first gives a command."""
    return _FIRST_COMMAND_ID if command == "draft-referral" else derived_id(_FIRST_COMMAND_ID, f"example/{command}")


def given_again(command: str) -> tuple[StoryStep, ...]:
    """The further times that the story gives a command: the second signature under an agreement."""
    return tuple(step for step in STORY if step.command == command and step != STEPS[command])


def key_of(step: StoryStep) -> UUID:
    """The id under which the story gives a step."""
    key = command_id(step.command)
    return key if step == STEPS[step.command] else derived_id(key, step.role)


def place_in_story(command: str) -> str:
    """Where the worked example of a command is given, in words."""
    step = STEPS[command]
    if step in BEFORE:
        return "The example caseload has this already."
    if step in STORY:
        return "A step of the story."
    for before, other in INSTEAD.items():
        if step == other:
            return f"In place of {before}."
    for before, side in BESIDE.items():
        if step in side:
            return f"A side story, told before {before}."
    return "For a placement with another past than the story's."
