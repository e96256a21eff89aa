"""How the page of a command names things, from the words that the command and the events have."""

import re
from collections.abc import Iterable
from typing import Any

from domain.documents.phrases import listed
from services.gateway.commands.catalogue import CommandSpec


def heading(spec: CommandSpec) -> str:
    """What the command does: its summary up to the first colon."""
    return spec.summary.partition(":")[0].rstrip(".")


def lead(spec: CommandSpec) -> str | None:
    """What its summary says beyond the heading."""
    rest = spec.summary.partition(":")[2].strip()
    return rest[:1].upper() + rest[1:] if rest else None


def named(type_: str) -> str:
    """An event's name as words: `ReviewScheduled` is `Review scheduled`."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type_).capitalize()


def stage_list(stages: Iterable[Any]) -> str:
    return listed(tuple(sorted(str(stage).replace("_", " ") for stage in stages)))
