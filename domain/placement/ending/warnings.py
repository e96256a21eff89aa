"""What the answer to a command of a return to school warns of."""

from collections.abc import Iterator

from domain.placement.ending import reintegration
from domain.placement.warnings import NamedDay


def planned(command: reintegration.PlanReintegration) -> Iterator[NamedDay]:
    yield "The pupil is to be back full time", command.full_time_by, "/full_time_by"
    for n, step in enumerate(command.steps):
        yield "A step of the return begins", step.from_on, f"/steps/{n}/from_on"


def returned(command: reintegration.StartReintegration) -> Iterator[NamedDay]:
    yield "The return begins", command.started_on, "/started_on"
