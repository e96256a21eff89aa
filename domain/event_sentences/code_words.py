"""Codes as they stand within a sentence. A code that is not here is said by its own letters."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.law.rules import RULES
from events.codes import (
    AgreementParty,
    AlertCause,
    Assessor,
    AttendanceCode,
    ConcernSeverity,
    ContactMethod,
    DeliveryMethod,
    DocumentKind,
    EndReason,
    EntryReason,
    ErasureGround,
    HarmFinding,
    LegalBasis,
    LetterFate,
    ParentStance,
    ProviderDoubt,
    ProviderReviewOutcome,
    RecalculationCause,
    RecipientRole,
    RegimeId,
    ReviewDecision,
    ReviewRequester,
    Role,
    RuleId,
    ServiceCause,
    Session,
    SuccessionKind,
    TermsField,
    TransportMode,
)

# Codes of two sets may have the same letters, so each set has words of its own.
_WORDS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = MappingProxyType(
    {
        AgreementParty: {AgreementParty.SCHOOL: "the school", AgreementParty.PROVIDER: "the provider"},
        AlertCause: {
            AlertCause.REGISTER_NOT_TAKEN: "the register was not taken",
            AlertCause.UNEXPLAINED_ABSENCE: "an absence has no explanation",
            AlertCause.CODE_NOT_ENTERED: "the home school has entered no code",
        },
        Assessor: {
            Assessor.PUPIL: "the pupil",
            Assessor.PARENT: "the parents",
            Assessor.PROVIDER: "the provider",
        },
        ConcernSeverity: {
            ConcernSeverity.CONCERN: "a concern",
            ConcernSeverity.SERIOUS: "serious",
            ConcernSeverity.IMMEDIATE_RISK: "an immediate risk",
        },
        ContactMethod: {
            ContactMethod.IN_PERSON: "in person",
            ContactMethod.PHONE: "by phone",
            ContactMethod.VIDEO: "by video call",
            ContactMethod.EMAIL: "by email",
            ContactMethod.LETTER: "by letter",
            ContactMethod.MESSAGE: "by message",
        },
        DeliveryMethod: {
            DeliveryMethod.HAND: "by hand",
            DeliveryMethod.EMAIL: "by email",
            DeliveryMethod.FIRST_CLASS_POST: "by first class post",
        },
        DocumentKind: {
            DocumentKind.REFERRAL_FORM: "the referral form",
            DocumentKind.AGREEMENT: "the agreement",
            DocumentKind.NOTICE: "the notice",
            DocumentKind.LA_NOTICE: "the notice to the council",
            DocumentKind.REVIEW_INVITATION: "the invitation to the review",
            DocumentKind.OUTCOME_NOTIFICATION: "the letter about the outcome of the review",
            DocumentKind.REVIEW_REFUSAL: "the answer to the request for a review",
            DocumentKind.REINTEGRATION_PLAN: "the plan for the return to school",
            DocumentKind.PLACEMENT_RECORD: "the full record of the placement",
            DocumentKind.DIRECTORY_ENTRY: "the directory entry",
        },
        EndReason: {
            EndReason.RETURN_FULL: "back at school full time",
            EndReason.RETURN_PHASED: "back at school step by step",
            EndReason.MANAGED_MOVE: "managed move",
            EndReason.NEW_SCHOOL: "new school",
            EndReason.SPECIAL: "special school",
            EndReason.OTHER_AP: "other alternative provision",
            EndReason.POST16: "education or training after 16",
            EndReason.PERM_EX: "permanent exclusion",
            EndReason.EHE: "education at home by the parents' choice",
            EndReason.MOVED: "the pupil moved away",
            EndReason.CEASED_CSA: "past compulsory school age",
            EndReason.OTHER: "another reason",
        },
        EntryReason: {
            EntryReason.PROVIDER_REQUEST: "the provider asked for it",
            EntryReason.CLOSED: "the provider closed",
            EntryReason.OTHER: "another reason",
        },
        ErasureGround: {
            ErasureGround.NO_LONGER_NECESSARY: "the data are no longer necessary",
            ErasureGround.OBJECTION: "somebody objected",
            ErasureGround.UNLAWFULLY_PROCESSED: "the data were processed unlawfully",
            ErasureGround.LEGAL_OBLIGATION: "the law requires it",
        },
        HarmFinding: {
            HarmFinding.NOTHING: "nothing is to be held back",
            HarmFinding.PART: "a part is to be held back",
            HarmFinding.EVERYTHING: "everything is to be held back",
        },
        LegalBasis: {
            LegalBasis.OSD: "direction off site (section 29A)",
            LegalBasis.SUSP6: "education from the sixth day of a suspension (section 100)",
            LegalBasis.PEX6: "education from the sixth day of a permanent exclusion (section 19)",
            LegalBasis.S19_ILL: "education arranged by the council because of illness (section 19)",
            LegalBasis.S19_OTH: "education arranged by the council for another reason (section 19)",
            LegalBasis.AGREED: "arranged by the school by agreement",
            LegalBasis.EHCP_S42: "secured by the council under an EHC plan (section 42)",
            LegalBasis.EOTAS_S61: "education otherwise than at school under an EHC plan (section 61)",
        },
        LetterFate: {
            LetterFate.DISPATCHED: "was sent",
            LetterFate.DELIVERED: "was delivered",
            LetterFate.FAILED: "could not be delivered",
            LetterFate.UNHEARD: "may not have arrived",
        },
        ParentStance: {
            ParentStance.AGREE: "agrees",
            ParentStance.OBJECT: "objects",
            ParentStance.NONE: "gave no view",
        },
        ProviderDoubt: {
            ProviderDoubt.ENTRY_SUSPENDED: "its directory entry is suspended",
            ProviderDoubt.ENTRY_WITHDRAWN: "its directory entry is withdrawn",
            ProviderDoubt.SERIOUS_CONCERN: "there is a serious concern",
            ProviderDoubt.CHECKS_RAN_OUT: "its checks ran out",
            ProviderDoubt.REGISTRATION: "it may have to be registered as a school",
        },
        ProviderReviewOutcome: {
            ProviderReviewOutcome.GOES_ON: "the placement goes on",
            ProviderReviewOutcome.GOES_ON_WITH_SAFEGUARDS: "the placement goes on with safeguards",
            ProviderReviewOutcome.TO_END: "the placement is to end",
        },
        RecalculationCause: {
            RecalculationCause.CALENDAR_REVISED: "the school's calendar was revised",
            RecalculationCause.RECORD_CORRECTED: "the record was corrected",
            RecalculationCause.CALENDAR_CORRECTED: "the school's calendar was corrected",
            RecalculationCause.CALENDAR_CHANGED: "the school's days changed",
        },
        RecipientRole: {
            RecipientRole.RELEVANT_PERSON: "the parent or pupil",
            RecipientRole.LA: "the council",
            RecipientRole.HEAD: "the head teacher",
            RecipientRole.BOARD_NOMINEE: "the trust board's nominee",
            RecipientRole.PROVIDER: "the provider",
            RecipientRole.SOCIAL_WORKER: "the social worker",
            RecipientRole.VIRTUAL_SCHOOL: "the virtual school",
        },
        ReviewDecision: {
            ReviewDecision.CONTINUE: "the placement goes on",
            ReviewDecision.AMEND: "the placement goes on with changes",
            ReviewDecision.END: "the placement ends",
        },
        ReviewRequester: {
            ReviewRequester.RELEVANT_PERSON: "the parent or pupil",
            ReviewRequester.LA: "the council",
        },
        Role: {
            Role.CASE_WORKER: "the case worker",
            Role.HEAD: "the head teacher",
            Role.BODY_DELEGATE: "the governing body's delegate",
            Role.DSL: "the designated safeguarding lead",
            Role.LA_OFFICER: "the council officer",
            Role.SEND_OFFICER: "the council's SEND officer",
            Role.VIRTUAL_SCHOOL: "the virtual school",
            Role.SOCIAL_WORKER: "the social worker",
            Role.PROVIDER_USER: "the provider",
            Role.PARENT: "a parent",
            Role.PUPIL: "the pupil",
            Role.AUDITOR: "the auditor",
            Role.INTEGRATION: "another system",
            Role.DATA_PROTECTION_OFFICER: "the data protection officer",
            Role.SYSTEM: "the service",
        },
        ServiceCause: {
            ServiceCause.DISPATCHED: "the letter was sent",
            ServiceCause.FAILED: "the letter could not be delivered",
            ServiceCause.RETURNED: "the letter came back",
            ServiceCause.HANDED_OVER: "the letter was handed over",
        },
        Session: {Session.AM: "morning", Session.PM: "afternoon"},
        SuccessionKind: {
            SuccessionKind.CONVERSION: "it converts to an academy",
            SuccessionKind.CLOSURE: "it closes",
        },
        TermsField: {
            TermsField.ADDRESS: "address",
            TermsField.REPORT_TO: "person to report to",
            TermsField.SESSION_TIMES: "times of the sessions",
            TermsField.DAYS: "number of days",
        },
        TransportMode: {
            TransportMode.WALKING: "on foot",
            TransportMode.CYCLING: "by bicycle",
            TransportMode.PUBLIC: "by public transport",
            TransportMode.SCHOOL_VEHICLE: "by a vehicle of the school",
            TransportMode.PROVIDER_VEHICLE: "by a vehicle of the provider",
            TransportMode.TAXI: "by taxi",
            TransportMode.FAMILY: "by the family",
        },
    }
)
_VERBATIM: Final = (AttendanceCode, RegimeId)
"""Official codes, which readers know by their letters."""


def of_code(code: StrEnum) -> str:
    if isinstance(code, RuleId):
        return RULES[code].words
    if isinstance(code, _VERBATIM):
        return code.value
    return _WORDS.get(type(code), {}).get(code) or code.value.replace("_", " ").lower()
