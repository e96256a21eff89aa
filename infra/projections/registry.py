"""Every read model that follows the record, by name: the worker keeps each, and each can be built anew."""

from collections.abc import Mapping
from typing import Final

from infra.projections import deadlines, outcomes, provider_deadlines, reviews
from infra.projections.derived import ReadModel
from infra.projections.provider_deadlines import ProviderReadModel

Following = ReadModel | ProviderReadModel

READ_MODELS: Final[Mapping[str, Following]] = {
    each.name: each for each in (deadlines.MODEL, outcomes.MODEL, provider_deadlines.MODEL, reviews.MODEL)
}
