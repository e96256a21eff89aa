"""Codes of the Department for Education, its values verbatim where they were seen; and the standards it published."""

from datetime import date

from domain.law.origins import Certainty, RuleOrigin
from domain.reference.model import CodeSet, ListedCode, codes
from events.codes import PrimaryReason, SettingType

_CENSUS = "DfE: alternative provision census, data items"
_STATISTICS = "DfE: published statistics of alternative provision, labels"
_MEMORY = "DfE: alternative provision census; label from general knowledge, code letters not seen"
_STANDARDS = "DfE: voluntary national standards for non-school alternative provision, August 2025"
_STANDARDS_FROM = date(2025, 8, 1)

SETTING_TYPE = CodeSet(
    name="setting_type",
    title="What kind of setting a provider is that has neither URN nor UKPRN",
    entries=codes(
        {
            SettingType.NFE: "Non-maintained further education",
            SettingType.OOT: "One-on-one tuition",
            SettingType.OTH: "Other unregistered provider",
            SettingType.WBP: "Work-based placement",
        },
        _CENSUS,
    ),
)

PRIMARY_REASON = CodeSet(
    name="primary_reason",
    title="Why the placement was commissioned, which is not the pupil's need; a permanent exclusion wins",
    entries=(
        *codes(
            {
                PrimaryReason.MENTAL: "Mental health need",
                PrimaryReason.BEHAVIOUR: "Off-site placement for behavioural support",
            },
            _STATISTICS,
        ),
        *codes(
            {
                PrimaryReason.PHYSICAL: "Physical health need",
                PrimaryReason.SUSPENSION: "Suspension",
                PrimaryReason.PERM_EX: "Permanent exclusion",
                PrimaryReason.PREGNANCY: "Pregnancy or childbirth",
                PrimaryReason.EHCP_NAMED: "Setting named in an EHC plan",
                PrimaryReason.NEW_ARRIVAL: "New arrival without a school place",
                PrimaryReason.OTHER: "Other",
            },
            _MEMORY,
            certainty=Certainty.UNCONFIRMED,
        ),
    ),
)

QA_SECTION = CodeSet(
    name="qa_section",
    title="Sections of quality assurance, to which local frameworks map theirs",
    entries=tuple(
        ListedCode(code=code, label=label, source=_STANDARDS, from_on=_STANDARDS_FROM, mark=RuleOrigin.GUIDANCE)
        for code, label in {
            "safeguarding_and_welfare": "Safeguarding and welfare",
            "health_and_safety": "Health and safety",
            "admissions_support_guidance": "Admissions, support and guidance",
            "quality_of_education": "Quality of education",
        }.items()
    ),
)
