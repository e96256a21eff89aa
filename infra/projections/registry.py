"""The lists of what follows from each placement: written with it, and rebuilt by name."""

from collections.abc import Iterable, Mapping
from typing import Final

from infra.projections import deadlines, outcomes, reviews, waiting
from infra.projections.derived import PlacementSources, ReadModel, RegisterSources, Written

OF_PLACEMENTS: Final[Mapping[str, ReadModel]] = {
    each.name: each for each in (deadlines.MODEL, outcomes.MODEL, reviews.MODEL, waiting.MODEL)
}


def of_placement(sources: PlacementSources, models: Iterable[ReadModel] = OF_PLACEMENTS.values()) -> list[Written]:
    """The rows of the placement itself."""
    return [(model.part, model.rows(sources)) for model in models]


def of_register(sources: RegisterSources, models: Iterable[ReadModel] = OF_PLACEMENTS.values()) -> list[Written]:
    """The rows of its register, beside those of the placement itself."""
    return [(model.register.part, model.register.rows(sources)) for model in models if model.register]


def of_register_alone(sources: RegisterSources) -> list[Written]:
    return [(model.register.alone, model.register.rows(sources)) for model in OF_PLACEMENTS.values() if model.register]
