"""Closed code sets, with official values verbatim where an official set exists."""

from enum import StrEnum


class LegalBasis(StrEnum):
    """Why a placement is lawful."""

    OSD = "OSD"  # direction off site, section 29A Education Act 2002
    SUSP6 = "SUSP6"  # suspension over five school days, section 100 EIA 2006
    PEX6 = "PEX6"  # permanent exclusion, section 19(3A) Education Act 1996
    S19_ILL = "S19_ILL"
    S19_OTH = "S19_OTH"
    AGREED = "AGREED"  # arranged by the school, by agreement
    EHCP_S42 = "EHCP_S42"
    EOTAS_S61 = "EOTAS_S61"  # not alternative provision; recorded only


class CommissionerKind(StrEnum):
    MAINTAINED = "maintained"
    ACADEMY = "academy"
    AP_ACADEMY = "ap_academy"
    PRU = "pru"
    LA = "la"


class RegimeId(StrEnum):
    MAINT_2013 = "MAINT-2013"
    ACAD_PRE = "ACAD-PRE"
    ACAD_2026 = "ACAD-2026"
    PRU_PRE = "PRU-PRE"
    PRU_2026 = "PRU-2026"
    EXCL_S100 = "EXCL-S100"  # suspensions, by the school
    EXCL_PRU = "EXCL-PRU"  # suspensions from a pupil referral unit, by the authority
    LA_S19 = "LA-S19"
    EHCP_S42 = "EHCP-S42"
    EOTAS_S61 = "EOTAS-S61"
    VOLUNTARY = "VOLUNTARY"


class Role(StrEnum):
    CASE_WORKER = "case_worker"
    HEAD = "head"
    BODY_DELEGATE = "body_delegate"
    DSL = "dsl"
    LA_OFFICER = "la_officer"
    SEND_OFFICER = "send_officer"
    VIRTUAL_SCHOOL = "virtual_school"
    SOCIAL_WORKER = "social_worker"
    PROVIDER_USER = "provider_user"
    PARENT = "parent"
    PUPIL = "pupil"
    AUDITOR = "auditor"
    INTEGRATION = "integration"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    SYSTEM = "system"


class ProviderKind(StrEnum):
    SCHOOL = "school"
    COLLEGE = "college"
    NON_SCHOOL = "non_school"


class SchoolType(StrEnum):
    """What kind of registered school a provider is."""

    MAINTAINED = "maintained"
    ACADEMY = "academy"
    INDEPENDENT = "independent"


class Inspectorate(StrEnum):
    """Who inspects a registered school."""

    OFSTED = "ofsted"
    ISI = "isi"
    OTHER = "other"


class KeyStage(StrEnum):
    KS1 = "KS1"
    KS2 = "KS2"
    KS3 = "KS3"
    KS4 = "KS4"
    KS5 = "KS5"


class SenNeed(StrEnum):
    """Types of special educational need, by the letters that the school census uses."""

    SPLD = "SPLD"
    MLD = "MLD"
    SLD = "SLD"
    PMLD = "PMLD"
    SEMH = "SEMH"
    SLCN = "SLCN"
    HI = "HI"
    VI = "VI"
    MSI = "MSI"
    PD = "PD"
    ASD = "ASD"
    OTH = "OTH"


class SettingType(StrEnum):
    """DfE census setting types, verbatim, for a provider with neither URN nor UKPRN."""

    NFE = "NFE"
    OOT = "OOT"
    OTH = "OTH"
    WBP = "WBP"


class PrimaryReason(StrEnum):
    """Why the placement was commissioned, not the pupil's need."""

    MENTAL = "MENTAL"
    PHYSICAL = "PHYSICAL"
    BEHAVIOUR = "BEHAVIOUR"
    SUSPENSION = "SUSPENSION"
    PERM_EX = "PERM_EX"
    PREGNANCY = "PREGNANCY"
    EHCP_NAMED = "EHCP_NAMED"
    NEW_ARRIVAL = "NEW_ARRIVAL"
    OTHER = "OTHER"


class RollStatus(StrEnum):
    """On which rolls the pupil is, and which school is the main one."""

    SINGLE = "single"
    DUAL_MAIN = "dual_main"
    DUAL_SUBSIDIARY = "dual_subsidiary"
    NONE = "none"


class PupilFlag(StrEnum):
    EHCP = "ehcp"
    LOOKED_AFTER = "lac"
    SOCIAL_WORKER = "social_worker"
    CHILD_PROTECTION = "cp_plan"
    YOUTH_JUSTICE = "yjs"


class HandOverPart(StrEnum):
    """What one organisation gives to another of a pupil's record."""

    DETAILS = "details"
    FLAGS = "flags"
    PICTURE = "picture"


class Deliverer(StrEnum):
    """Who delivers an item of section F of an EHC plan while a placement lasts."""

    SCHOOL = "school"
    PROVIDER = "provider"
    COUNCIL = "council"
    HEALTH = "health"
    OTHER = "other"


class RegistrationResult(StrEnum):
    """The result of the check whether a provider must be a registered school."""

    REGISTERED = "registered"
    NOT_REQUIRED = "not_required"


class ExclusionKind(StrEnum):
    SUSPENSION = "suspension"
    PERMANENT = "permanent"


class SafeguardingCover(StrEnum):
    """What a provider confirms to the school in writing before a pupil goes there (KCSIE)."""

    STAFF_CHECKS = "staff_checks"  # its staff have had the checks that a school makes on its own
    STAFF_CHANGES = "staff_changes"  # it will tell the school of changes that may put the pupil at risk
    ADDRESSES = "addresses"  # every address at which the pupil may be, subcontracted ones included


class DeliveryMethod(StrEnum):
    HAND = "hand"
    EMAIL = "email"
    FIRST_CLASS_POST = "first_class_post"


class LetterFate(StrEnum):
    """What its sender says of a letter that it took. `unheard`: it forgot the letter, and told nothing final of it."""

    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNHEARD = "unheard"


class ServiceCause(StrEnum):
    """What changed the day on which a notice counts as given."""

    DISPATCHED = "dispatched"
    FAILED = "failed"
    RETURNED = "returned"
    HANDED_OVER = "handed_over"


class RecipientRole(StrEnum):
    RELEVANT_PERSON = "relevant_person"
    LA = "la"
    HEAD = "head"
    BOARD_NOMINEE = "board_nominee"
    PROVIDER = "provider"
    SOCIAL_WORKER = "social_worker"
    VIRTUAL_SCHOOL = "virtual_school"


class AgreementParty(StrEnum):
    SCHOOL = "school"
    PROVIDER = "provider"


class SigningMethod(StrEnum):
    SIGNED_IN = "signed_in"
    PAPER = "paper"


class ParentStance(StrEnum):
    AGREE = "agree"
    OBJECT = "object"
    NONE = "none"


class Recommendation(StrEnum):
    PROCEED = "proceed"
    DO_NOT_PROCEED = "do_not_proceed"


class SessionMode(StrEnum):
    TWO_SESSION = "two_session"
    ONE_SESSION = "one_session"


class ReviewSource(StrEnum):
    PLAN = "plan"
    HALF_TERM = "half_term"
    REQUESTED = "requested"
    SAFEGUARDING = "safeguarding"
    PERIOD_END = "period_end"


class TermsField(StrEnum):
    """What of a running placement changes."""

    ADDRESS = "address"
    REPORT_TO = "report_to"
    SESSION_TIMES = "session_times"
    DAYS = "days"


class ProviderChange(StrEnum):
    """What a provider changes at its own place."""

    STAFF = "staff"
    SITE = "site"
    SUBCONTRACTOR = "subcontractor"
    POLICY = "policy"


class SuccessionKind(StrEnum):
    """Why another school takes a school's place: it converts, to an academy of a new number, or it closes."""

    CONVERSION = "conversion"
    CLOSURE = "closure"


class ProviderDoubt(StrEnum):
    """Why the placements at a provider are reviewed."""

    ENTRY_SUSPENDED = "entry_suspended"
    ENTRY_WITHDRAWN = "entry_withdrawn"
    SERIOUS_CONCERN = "serious_concern"
    CHECKS_RAN_OUT = "checks_ran_out"
    REGISTRATION = "registration"


class ProviderReviewOutcome(StrEnum):
    """The result of a review of a placement whose provider was in doubt."""

    GOES_ON = "goes_on"
    GOES_ON_WITH_SAFEGUARDS = "goes_on_with_safeguards"
    TO_END = "to_end"


class ConcernSeverity(StrEnum):
    """How grave a concern for a pupil's safety is, as whoever raises it sees it."""

    CONCERN = "concern"
    SERIOUS = "serious"
    IMMEDIATE_RISK = "immediate_risk"


class ReviewRequester(StrEnum):
    """Who may ask for a review, regulation 4A."""

    RELEVANT_PERSON = "relevant_person"
    LA = "la"


class ReviewDecision(StrEnum):
    CONTINUE = "continue"
    AMEND = "amend"
    END = "end"


class Rag(StrEnum):
    RED = "R"
    AMBER = "A"
    GREEN = "G"


class EndReason(StrEnum):
    """Why a placement ended, and the destination it ended in."""

    RETURN_FULL = "RETURN_FULL"
    RETURN_PHASED = "RETURN_PHASED"
    MANAGED_MOVE = "MANAGED_MOVE"
    NEW_SCHOOL = "NEW_SCHOOL"
    SPECIAL = "SPECIAL"
    OTHER_AP = "OTHER_AP"
    POST16 = "POST16"
    PERM_EX = "PERM_EX"
    EHE = "EHE"
    MOVED = "MOVED"
    CEASED_CSA = "CEASED_CSA"
    OTHER = "OTHER"


class ContactMethod(StrEnum):
    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    EMAIL = "email"
    LETTER = "letter"
    MESSAGE = "message"


class CommunicationSubject(StrEnum):
    """What parents, pupil or others were told about."""

    ARRANGEMENTS = "arrangements"
    CHANGE = "change"
    PROGRESS = "progress"
    CONCERN = "concern"
    OTHER = "other"


class TransportMode(StrEnum):
    WALKING = "walking"
    CYCLING = "cycling"
    PUBLIC = "public"
    SCHOOL_VEHICLE = "school_vehicle"
    PROVIDER_VEHICLE = "provider_vehicle"
    TAXI = "taxi"
    FAMILY = "family"


class MealArrangement(StrEnum):
    """How a pupil eats on days at the provider."""

    PROVIDER_MEAL = "provider_meal"
    SENT_BY_SCHOOL = "sent_by_school"
    VOUCHER = "voucher"
    AT_SCHOOL = "at_school"
    OWN_FOOD = "own_food"


class AccessRight(StrEnum):
    """By which right somebody asks to see what is kept."""

    SUBJECT_ACCESS = "subject_access"  # UK GDPR article 15
    EDUCATIONAL_RECORD = "educational_record"  # a parent's, at a maintained school


class AccessQuery(StrEnum):
    """What whoever asked is asked for, before a request can be answered."""

    IDENTITY = "identity"
    CLARIFICATION = "clarification"


class HarmFinding(StrEnum):
    """What the safeguarding lead found: what would be likely to do serious harm if it were handed over."""

    NOTHING = "nothing"
    PART = "part"
    EVERYTHING = "everything"


class AccessOutcome(StrEnum):
    GIVEN = "given"
    GIVEN_IN_PART = "given_in_part"
    REFUSED = "refused"


class ErasureGround(StrEnum):
    """On which ground of UK GDPR article 17(1) personal data are erased before the time to keep them is over."""

    NO_LONGER_NECESSARY = "no_longer_necessary"  # (a)
    OBJECTION = "objection"  # (c)
    UNLAWFULLY_PROCESSED = "unlawfully_processed"  # (d)
    LEGAL_OBLIGATION = "legal_obligation"  # (e)


class MoveParty(StrEnum):
    """Whose written agreement a managed move needs; the parent's is the pupil's own from the age of 18."""

    PARENT = "parent"
    HOME_SCHOOL = "home_school"
    RECEIVING_SCHOOL = "receiving_school"
    LA = "la"  # where the pupil has an EHC plan


class Assessor(StrEnum):
    """Whose own view of a placement belongs to its evaluation."""

    PUPIL = "pupil"
    PARENT = "parent"
    PROVIDER = "provider"


class TerminationReason(StrEnum):
    """Why a placement stopped before it started."""

    NOT_SUITABLE = "not_suitable"
    NO_PLACE = "no_place"
    PARENT_REQUEST = "parent_request"
    SCHOOL_DECISION = "school_decision"
    PUPIL_MOVED = "pupil_moved"
    DUPLICATE = "duplicate"
    OTHER = "other"


class Severity(StrEnum):
    """What a missed rule amounts to: BREACH where the rule is law, ADVISORY where it is good practice."""

    BREACH = "BREACH"
    ADVISORY = "ADVISORY"


class RecalculationCause(StrEnum):
    """Why a deadline moved."""

    CALENDAR_REVISED = "calendar_revised"
    RECORD_CORRECTED = "record_corrected"
    CALENDAR_CORRECTED = "calendar_corrected"
    CALENDAR_CHANGED = "calendar_changed"


class CalendarRevision(StrEnum):
    """Why a calendar is published again: it was wrong from the beginning, or the school's days have changed."""

    CORRECTED = "corrected"
    CHANGED = "changed"


class RuleId(StrEnum):
    """The timed rules."""

    T1 = "T1"  # notice before the start
    T2 = "T2"  # review invitation
    T3 = "T3"  # notification of the outcome
    T4 = "T4"  # review that somebody asked for
    ANSWER = "ANSWER"  # answer to a request for a review that the law does not demand
    SAFEGUARDING = "SAFEGUARDING"  # review of a pause
    CONCERN = "CONCERN"  # answer to a concern for a pupil's safety
    T5 = "T5"  # regular review, once in every half-term
    PLAN = "PLAN"  # review on a day that the determination or the last decision set
    T6 = "T6"  # review before the end of the period, at a lead of our own
    DECISION = "DECISION"  # decision after a review that was held
    PERIOD = "PERIOD"  # no attendance required past the period that was decided
    REINTEGRATION = "REINTEGRATION"  # plan of the return to school
    DESTINATION = "DESTINATION"  # end and destination, after a decision to end
    T7 = "T7"  # education from the sixth day of an exclusion
    T8 = "T8"  # details of that education to the parent
    T12 = "T12"  # annual review of the EHC plan
    PLAN_COUNCIL = "PLAN_COUNCIL"  # telling the council that maintains an EHC plan since the decision
    SECTION_F = "SECTION_F"  # who delivers each item of section F of such a plan
    VIRTUAL_SCHOOL = "VIRTUAL_SCHOOL"  # asking the virtual school of a child who came into care since the decision
    OVERTAKEN = "OVERTAKEN"  # a duty that was met before the school's days changed
    TRANSITION = "TRANSITION"  # a placement brought from an earlier law under the present one
    T9 = "T9"  # reason for an absence, once it is asked for
    T10 = "T10"  # the provider's register, and who must be told about an unexplained absence
    T11 = "T11"  # a commissioner's own checks of a provider, and what they saw that runs out
    QA_VISIT = "QA_VISIT"  # a council's visit to a provider in its directory, again and again
    PROVIDER = "PROVIDER"  # review of a placement whose provider came into doubt
    T13 = "T13"  # absence for illness that the local authority must know of
    T14 = "T14"  # evaluation
    T15 = "T15"  # a part-time timetable that goes on for long
    T18 = "T18"  # a placement at a provider that is no school that goes on for long
    T18_SESSIONS = "T18_SESSIONS"  # many sessions a week at such a provider
    T19 = "T19"  # much time a week at such a provider
    T16 = "T16"  # erasure of a record whose time is over
    T17 = "T17"  # answer to a request for access
    COMPLAINT = "COMPLAINT"  # acknowledgement of a complaint about data protection
    TOLD = "TOLD"  # arrangements communicated to parents and pupil
    TRANSPORT = "TRANSPORT"  # transport decided and arranged
    MEALS = "MEALS"  # free school meals arranged
    LETTER = "LETTER"  # a letter that did not arrive, given another way


class QaSectionStatus(StrEnum):
    COMPLETE = "complete"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"


class DocumentKind(StrEnum):
    """What a document is. Each is made from the record alone."""

    REFERRAL_FORM = "referral_form"
    AGREEMENT = "agreement"
    NOTICE = "notice"
    LA_NOTICE = "la_notice"
    REVIEW_INVITATION = "review_invitation"
    OUTCOME_NOTIFICATION = "outcome_notification"
    REVIEW_REFUSAL = "review_refusal"
    REINTEGRATION_PLAN = "reintegration_plan"
    PLACEMENT_RECORD = "placement_record"
    DIRECTORY_ENTRY = "directory_entry"


class Session(StrEnum):
    """Half of a school day."""

    AM = "AM"
    PM = "PM"


class SessionPlace(StrEnum):
    """Where the weekly pattern has the pupil in a session."""

    PROVIDER = "provider"
    SCHOOL = "school"
    NONE = "none"  # agreed off, by a part-time timetable


class ProposedMark(StrEnum):
    """What the provider saw. Which code that is in the register, the school says."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


class MarkPlace(StrEnum):
    """How the pupil took part: a pupil at home in front of a screen attends no place."""

    ON_SITE = "on_site"
    ONLINE = "online"


class Activity(StrEnum):
    """What the session was: work experience and sport have codes of their own."""

    EDUCATION = "education"
    WORK_EXPERIENCE = "work_experience"
    SPORT = "sport"


class AttendanceCode(StrEnum):
    """The codes of the attendance register, verbatim from SI 2024/208 regulation 10."""

    PRESENT_AM = "/"
    PRESENT_PM = "\\"
    LATE = "L"
    LA_PROVISION = "K"
    VISIT = "V"
    SPORT = "P"
    WORK_EXPERIENCE = "W"
    OFF_SITE = "B"
    DUAL_REGISTERED = "D"
    LEAVE = "C"
    PERFORMANCE = "C1"
    PART_TIME = "C2"
    EXCLUDED = "E"
    ILLNESS = "I"
    INTERVIEW = "J1"
    MEDICAL = "M"
    RELIGIOUS = "R"
    STUDY = "S"
    TRAVELLING = "T"
    NOT_REQUIRED = "X"
    HOLIDAY = "G"
    NO_REASON_YET = "N"
    UNAUTHORISED = "O"
    LATE_AFTER_CLOSE = "U"
    NO_ACCESS = "Q"
    NO_TRANSPORT = "Y1"
    TRAVEL_DISRUPTION = "Y2"
    PARTLY_CLOSED = "Y3"
    CLOSED = "Y4"
    DETAINED = "Y5"
    PUBLIC_HEALTH = "Y6"
    UNAVOIDABLE = "Y7"
    NOT_ON_ROLL = "Z"
    PLANNED_CLOSURE = "#"


class Resolution(StrEnum):
    """What settled an absence that had no reason yet."""

    SCHOOL = "school"
    TIME = "time"


class AlertCause(StrEnum):
    REGISTER_NOT_TAKEN = "register_not_taken"
    UNEXPLAINED_ABSENCE = "unexplained_absence"
    CODE_NOT_ENTERED = "code_not_entered"
    """The placement is paused, and the home school's own register has no code for the session."""


class AlertRecipient(StrEnum):
    """Whom an alert goes to."""

    SCHOOL = "school"
    SOCIAL_WORKER = "social_worker"
    YOUTH_JUSTICE = "youth_justice"


class QaStandard(StrEnum):
    """The four voluntary national standards of 2025 for provision outside schools. Local frameworks map to them."""

    SAFEGUARDING = "safeguarding_and_welfare"
    HEALTH_AND_SAFETY = "health_and_safety"
    SUPPORT = "admissions_support_and_guidance"
    EDUCATION = "quality_of_education"


class DiligenceCheck(StrEnum):
    """What a commissioner checks for itself before it uses a provider."""

    SAFEGUARDING_POLICY = "safeguarding_policy"
    SAFER_RECRUITMENT = "safer_recruitment"  # the single central record, DBS checks among it
    SAFEGUARDING_TRAINING = "safeguarding_training"
    INSURANCE = "insurance"
    HEALTH_AND_SAFETY = "health_and_safety"
    QUALIFICATIONS = "qualifications"
    REGISTRATION_STATUS = "registration_status"
    QUALITY_OF_EDUCATION = "quality_of_education"
    SEN_FIT = "sen_fit"


class CheckOutcome(StrEnum):
    """Whether the evidence of a check was seen. It grades nothing."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    CONCERN = "concern"


class EntryStatus(StrEnum):
    """A provider's status in one council's directory."""

    UNLISTED = "unlisted"
    CURRENT = "current"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    BARRED = "barred"


class EntryReason(StrEnum):
    """Why a council suspended or withdrew an entry."""

    SAFEGUARDING = "safeguarding"
    QUALITY = "quality"
    REGISTRATION = "registration"
    PROVIDER_REQUEST = "provider_request"
    CLOSED = "closed"
    OTHER = "other"


class ProposalOverride(StrEnum):
    """What a proposal may set aside with a reason."""

    ENTRY = "entry"
    DUE_DILIGENCE = "due_diligence"
    CONCERN = "concern"


class ProposalWarning(StrEnum):
    """What a proposal may go on with, but is warned of."""

    OVER_18_HOURS = "over_18_hours"


class ApplicationOutcome(StrEnum):
    """What a council decided on an application to join its directory."""

    APPROVED = "approved"
    DECLINED = "declined"


class ProviderConcernKind(StrEnum):
    """What a concern about a provider is about."""

    SAFEGUARDING = "safeguarding"
    QUALITY = "quality"
    STAFFING = "staffing"
    REGISTRATION = "registration"
    ATTENDANCE = "attendance"
    OTHER = "other"


class ConcernOutcome(StrEnum):
    """What came of a concern about a provider."""

    NOT_UPHELD = "not_upheld"
    PUT_RIGHT = "put_right"
    REFERRED_ON = "referred_on"


class OfferDeclineReason(StrEnum):
    """Why a provider has no place."""

    FULL = "full"
    NEEDS_NOT_MET = "needs_not_met"
    TIMES = "times"
    OTHER = "other"
