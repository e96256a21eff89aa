"""Every timed duty about a provider. Its deadlines and misses run through this table."""

from domain.provider import diligence, quality_visits
from domain.provider.duty import ProviderDuty

PROVIDER_DUTIES: tuple[ProviderDuty, ...] = (diligence.DUTY, quality_visits.DUTY)
