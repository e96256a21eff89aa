"""What every command has in common: how it is named, who may give it, and when."""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from events.codes import Role

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed(Generic[S]):
    """The stages in which a command may be given, and the roles that may give it."""

    stages: frozenset[S]
    roles: frozenset[Role]


def kebab(command: type) -> str:
    """The name of a command in a URL and in Temporal: `SubmitReferral` is `submit-referral`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", command.__name__).lower()


def summary(command: type) -> str:
    """The first line of a command's docstring: what it does, in a case worker's words."""
    return (command.__doc__ or "").strip().partition("\n")[0]
