"""The invented schools with their calendars, and the providers of the council's page by name."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from events.ids import Urn
from services.gateway.commands import examples
from services.local.people import ALDERBROOK, MILLRACE, RAVENSMOOR, SCHOOL_NAMES, YMCA_KEY_COLLEGE, example_provider_id

LA_CODE = "831"
OFFICER = "lorcan-la-officer"
VISITED_ON = date(2026, 6, 16)
"""Invented, as the council's page gives no day: it says only that each provider was visited."""

PROVIDERS: dict[str, tuple[str, ...]] = {
    "Baby People": ("Baby People",),
    "Engineered Learning": ("Engineered Learning",),
    "Engineered Racing": ("Engineered Racing",),
    "Imbue": ("Imbue",),
    "INclude Education": ("INclude Education",),
    "Mindjam": ("Mindjam",),
    "New Leaf": ("New Leaf",),
    YMCA_KEY_COLLEGE: ("Ilkeston", "Chaddesden"),
}
"""Provider to its sites: nine entries on the page, since one provider has two."""

_INVENTED: dict[str, tuple[UUID, str, str]] = {
    MILLRACE: (examples.SITE_ID, "Canalside", "1 Example Wharf, Derby, DE99 9ZZ"),
}
"""A provider that is on no page, with its one site: the API's worked examples name it."""

ALL_PROVIDERS = (*PROVIDERS, *_INVENTED)

HALF_TERMS = (
    ("Autumn 1 2026", "2026-09-02", "2026-10-23"),
    ("Autumn 2 2026", "2026-11-02", "2026-12-18"),
    ("Spring 1 2027", "2027-01-04", "2027-02-12"),
    ("Spring 2 2027", "2027-02-22", "2027-03-25"),
    ("Summer 1 2027", "2027-04-12", "2027-05-28"),
    ("Summer 2 2027", "2027-06-07", "2027-07-23"),
    ("Autumn 1 2027", "2027-09-02", "2027-10-22"),
    ("Autumn 2 2027", "2027-11-01", "2027-12-17"),
    ("Spring 1 2028", "2028-01-04", "2028-02-11"),
    ("Spring 2 2028", "2028-02-21", "2028-03-31"),
    ("Summer 1 2028", "2028-04-18", "2028-05-26"),
    ("Summer 2 2028", "2028-06-05", "2028-07-21"),
    ("Autumn 1 2028", "2028-09-04", "2028-10-20"),
    ("Autumn 2 2028", "2028-10-30", "2028-12-20"),
    ("Spring 1 2029", "2029-01-03", "2029-02-09"),
    ("Spring 2 2029", "2029-02-19", "2029-03-29"),
    ("Summer 1 2029", "2029-04-16", "2029-05-25"),
    ("Summer 2 2029", "2029-06-04", "2029-07-20"),
)
INSET_DAYS = ("2026-09-02", "2026-11-02", "2027-01-04", "2027-06-07", "2027-09-02", "2028-01-04", "2028-09-04")

SCHOOL_KINDS = {ALDERBROOK: "academy", RAVENSMOOR: "maintained"}


_DELEGATIONS = UUID("4c1b7a52-6f0e-5d57-9a39-2b6f1d0a7e31")


def site_id(provider: str, site: str) -> UUID:
    if provider in _INVENTED:
        return _INVENTED[provider][0]
    return uuid5(example_provider_id(provider), f"site/{site}")


def site_address(provider: str, site: str) -> str:
    """Invented, and plainly so: the provider's own address is not used."""
    if provider in _INVENTED:
        return _INVENTED[provider][2]
    sites = [(name, each) for name in PROVIDERS for each in PROVIDERS[name]]
    return f"{sites.index((provider, site)) + 1} Example Street, Derby, DE99 9ZZ"


def school_bodies(urn: Urn) -> list[tuple[str, dict[str, Any]]]:
    """The commands that make a school of the example, in order."""
    calendar = {
        "half_terms": [{"name": name, "first_on": first, "last_on": last} for name, first, last in HALF_TERMS],
        "inset_days": list(INSET_DAYS),
    }
    registered = {"name": SCHOOL_NAMES[urn], "kind": SCHOOL_KINDS[urn], "la_code": LA_CODE}
    # Each school's body lets its head direct pupils off site, until it says otherwise.
    delegation_id = examples.DELEGATION_ID if urn == ALDERBROOK else uuid5(_DELEGATIONS, urn)
    delegated = {"delegation_id": str(delegation_id), "granted_on": "2026-09-01"}
    return [("register-school", registered), ("publish-calendar", calendar), ("grant-delegation", delegated)]


def provider_bodies(name: str) -> list[tuple[str, dict[str, Any]]]:
    """The commands that put a provider into the directory, in order. `OTH` is used until its own kind is known."""
    sites = [
        {"site_id": str(site_id(name, site)), "name": site, "address": site_address(name, site)}
        for site in (PROVIDERS[name] if name in PROVIDERS else (_INVENTED[name][1],))
    ]
    visit = {
        "visited_on": VISITED_ON.isoformat(),
        "la_code": LA_CODE,
        "sections": [{"name": f"Section {number}", "status": "complete"} for number in (1, 2)],
    }
    return [
        ("register-provider", {"name": name, "kind": "non_school", "sites": sites, "setting_type": "OTH"}),
        ("record-qa-visit", visit),
        ("publish-directory-entry", {"la_code": LA_CODE, "approved_on": VISITED_ON.isoformat()}),
    ]


CHECKS = (
    "safeguarding_policy",
    "safer_recruitment",
    "safeguarding_training",
    "insurance",
    "health_and_safety",
    "qualifications",
    "registration_status",
    "quality_of_education",
    "sen_fit",
)
_RUN_OUT = {"safer_recruitment", "insurance"}
CHECKED_ON = date(2026, 9, 1)


def due_diligence_body() -> dict[str, Any]:
    """That a school made its checks. Invented: it says of the provider no more than that something was seen."""
    return {
        "checks": [
            {
                "kind": kind,
                "outcome": "seen",
                "evidence": "Seen (invented for this example)",
                "checked_on": CHECKED_ON.isoformat(),
                "expires_on": "2027-08-31" if kind in _RUN_OUT else None,
            }
            for kind in CHECKS
        ]
    }
