"""The two halves of a worker, which may run as processes of their own."""

from enum import StrEnum


class Only(StrEnum):
    """`commands`: the placements' workflows, their activities and schedules. `subscriptions`: what follows the record.

    Without either, a worker does both.
    """

    COMMANDS = "commands"
    SUBSCRIPTIONS = "subscriptions"
