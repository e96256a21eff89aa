"""Codes of this service's own choosing: how a review decides, how a placement ends, ratings, roles."""

from domain.reference.model import CodeSet, codes
from events.codes import EndReason, Rag, ReviewDecision, Role

_OWN = "this service"
_REGULATION = "this service, after SI 2010/1156 reg 4(1)(b)"

REVIEW_DECISION = CodeSet(
    name="review_decision",
    title="What a review decides",
    entries=codes(
        {
            ReviewDecision.CONTINUE: "The placement continues",
            ReviewDecision.AMEND: "The placement continues on other terms",
            ReviewDecision.END: "The placement ends",
        },
        _REGULATION,
    ),
)

END_REASON = CodeSet(
    name="end_reason",
    title="Why a placement ended, and where the pupil went",
    entries=codes(
        {
            EndReason.RETURN_FULL: "Returned to the home school full time",
            EndReason.RETURN_PHASED: "Returned to the home school in phases",
            EndReason.MANAGED_MOVE: "Moved to another school for good, by agreement of all",
            EndReason.NEW_SCHOOL: "Admitted to another school",
            EndReason.SPECIAL: "Admitted to a special school",
            EndReason.OTHER_AP: "Went on to other alternative provision",
            EndReason.POST16: "Went on to education or training after 16",
            EndReason.PERM_EX: "Permanently excluded",
            EndReason.EHE: "Educated at home by the parents' choice",
            EndReason.MOVED: "Moved away",
            EndReason.CEASED_CSA: "Is no longer of compulsory school age",
            EndReason.OTHER: "Other",
        },
        _OWN,
    ),
)

RAG = CodeSet(
    name="rag",
    title="How an objective goes",
    entries=codes({Rag.RED: "Not on course", Rag.AMBER: "Partly on course", Rag.GREEN: "On course or met"}, _OWN),
)

ROLES = CodeSet(
    name="roles",
    title="Who somebody is to a placement",
    entries=codes(
        {
            Role.CASE_WORKER: "Case worker of the home school",
            Role.HEAD: "Head teacher",
            Role.BODY_DELEGATE: "Delegate of the governing body or trust board",
            Role.DSL: "Designated safeguarding lead",
            Role.LA_OFFICER: "Officer of the local authority",
            Role.SEND_OFFICER: "Officer for special educational needs",
            Role.VIRTUAL_SCHOOL: "Virtual school for looked-after children",
            Role.SOCIAL_WORKER: "Social worker",
            Role.PROVIDER_USER: "Member of the provider's staff",
            Role.PARENT: "Parent",
            Role.PUPIL: "Pupil",
            Role.AUDITOR: "Auditor",
            Role.INTEGRATION: "Another computer system",
            Role.DATA_PROTECTION_OFFICER: "Data protection officer",
            Role.SYSTEM: "This service itself, as time passes",
        },
        _OWN,
    ),
)
