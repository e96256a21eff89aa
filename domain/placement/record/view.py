"""The record of a placement as JSON-ready values, personal parts included: for those who may read it."""

from collections.abc import Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from domain.placement.record.placement_view import placement_view
from domain.placement.state import Placement
from events.codec import canonical_json, from_json

PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stage": "stage",
        "placement_id": "placement_id",
        "pupil_id": "pupil_id",
        "home_school_urn": "home_school_urn",
        "commissioner": "commissioner",
        "legal_basis": "legal_basis",
        "pupil": "referral.pupil",
        "referral": "referral.submitted",
        "provider_id": "proposal.provider_id",
        "site_ids": "proposal.site_ids",
        "proposal": "proposal.proposed",
        "asked": "proposal.asked",
        "offer": "proposal.offer",
        "offer_declined": "proposal.offer_declined",
        "stopped": "referral.stopped",
        "meeting": "decision.meeting",
        "consultations": "decision.consultations",
        "meeting_held": "decision.meeting_held",
        "meeting_not_required": "decision.meeting_not_required",
        "exclusion": "referral.exclusion",
        "annual_review": "decision.annual_review",
        "plan_deliveries": "decision.plan_deliveries",
        "meeting_overrides": "decision.meeting_overrides",
        "las_notified": "decision.las_notified",
        "determination_proposed": "decision.determination_proposed",
        "determination": "decision.determination",
        "regime_id": "decision.regime_id",
        "start_date": "period.start_date",
        "proposed_end": "period.proposed_end",
        "first_end": "period.first_end",
        "period_decision": "period.period_decision",
        "days": "period.days",
        "start_set_on": "period.start_set_on",
        "end_set_on": "period.end_set_on",
        "planned": "period.planned",
        "safeguarding": "agreement.safeguarding",
        "agreement": "agreement.issued",
        "signatures": "agreement.signatures",
        "parent_views": "agreement.parent_views",
        "early_consent": "agreement.early_consent",
        "notice": "notices.current",
        "notice_lost": "notices.lost",
        "change_notices": "notices.change_notices",
        "letters": "papers.letters",
        "started_on": "running.started_on",
        "first_site_id": "running.first_site_id",
        "terms_changed": "period.terms_changed",
        "change_pending": "period.change_pending",
        "provider_changes": "running.provider_changes",
        "concerns": "running.concerns",
        "concerns_open": "running.concerns_open",
        "pause": "running.pause",
        "paused_from": "running.paused_from",
        "pauses": "running.pauses",
        "requests": "reviews.requests",
        "requests_waiting": "reviews.requests_waiting",
        "request_refusals": "reviews.request_refusals",
        "patterns": "agreement.patterns",
        "reviews": "reviews.opened",
        "plan": "ending.plan",
        "reintegration": "ending.reintegration",
        "steps": "ending.steps",
        "end": "ending.end",
        "assessments_sought": "ending.assessments_sought",
        "evaluation": "ending.evaluation",
        "closed_on": "ending.closed_on",
        "transitional": "running.transitional",
        "transition_dealt_with": "running.transition_dealt_with",
        "doubts": "running.doubts",
        "provider_reviews": "running.provider_reviews",
        "missed": "duties.missed",
        "disproved": "duties.disproved",
        "limits": "running.limits",
        "erasure_proposed": "ending.erasure_proposed",
        "erasure_confirmed": "ending.erasure_confirmed",
        "erasure_decided": "ending.erasure_decided",
        "calendar_version": "duties.calendar_version",
        "flags_taken": "referral.flags_taken",
        "determined_with_plan": "decision.determined_with_plan",
        "notices_with_plan": "notices.with_plan",
        "successions": "successions",
        "recalculated": "duties.recalculated",
        "overtaken": "duties.overtaken",
        "overtaken_dealt_with": "duties.overtaken_dealt_with",
        "around": "around",
        "documents": "papers.documents",
    }
)
"""Where the state has each field, by the name under which it is published."""

_FIELDS: Final = MappingProxyType({name: attrgetter(path) for name, path in PATHS.items()})


def published(state: Placement) -> dict[str, Any]:
    """The record's fields by the names under which they are published, in the order of the record."""
    return {name: of(state) for name, of in _FIELDS.items()}


def view(state: Placement) -> dict[str, Any]:
    """The record in full, dates as ISO text, codes by their values; reviews with their status."""
    return as_json(published(state))


def as_json(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Published fields as JSON-ready values."""
    return from_json(canonical_json(placement_view(shown)), dict)
