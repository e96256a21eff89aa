"""What the answer to a command of a referral warns of."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from domain.law.registration import registration_test
from domain.placement.referral.threshold import there
from domain.placement.referral.threshold import total_unknown as is_unknown
from domain.placement.warnings import AcceptedCommand
from domain.shared import words
from domain.warnings import CommandWarning, WarningCode
from events.codes import ProposalWarning
from events.placement.referral import ProviderProposed, ReferralSubmitted


def of_another_pupil(one: AcceptedCommand, pointer: str) -> Iterator[CommandWarning]:
    """The UPN that was given is another pupil's as well."""
    if one.facts.same_number:
        yield CommandWarning(
            code=WarningCode.UPN_OF_ANOTHER_PUPIL,
            detail="Another pupil of the school has this UPN. Check the number: two children never share one.",
            pointer=pointer,
        )


def same_number(one: AcceptedCommand) -> Iterator[CommandWarning]:
    return of_another_pupil(one, "/pupil/upn")


_OF_THE_REFERRAL: Mapping[str, tuple[WarningCode, str]] = MappingProxyType(
    {
        "temporary_upn": (
            WarningCode.TEMPORARY_UPN,
            "The UPN is a temporary one. Correct the draft's pupil once the permanent number is known.",
        ),
        "la_part_unknown": (
            WarningCode.LA_PART_UNKNOWN,
            "The council code in the UPN is not known. Check the number for a typing error.",
        ),
        "year_group_unusual": (
            WarningCode.YEAR_GROUP_UNUSUAL,
            "The year group is not the one of the pupil's age. Check the year group and the date of birth.",
        ),
    }
)


def referred(one: AcceptedCommand) -> Iterator[CommandWarning]:
    submitted = (event for event in one.events if isinstance(event, ReferralSubmitted))
    for code in (code for event in submitted for code in (*event.upn_warnings, *event.warnings)):
        known, detail = _OF_THE_REFERRAL[code]
        # The pupil came with the draft, so no field of this body is at fault.
        yield CommandWarning(code=known, detail=detail)


def proposed(one: AcceptedCommand) -> Iterator[CommandWarning]:
    for event in one.events:
        if isinstance(event, ProviderProposed) and ProposalWarning.OVER_18_HOURS in event.warnings:
            hours = words.figure(registration_test(one.facts.today).full_time_minutes // 60, "hour")
            yield CommandWarning(
                code=WarningCode.OVER_18_HOURS,
                detail=f"More than {hours} a week at a provider that is not a registered school, which the"
                " department generally takes for full-time education.",
                pointer="/minutes_a_week",
            )


def total_unknown(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """Our own placements are not all the pupils that the law counts."""
    if is_unknown(one.facts.provider, there(one.after, one.facts.today), one.facts):
        yield CommandWarning(
            code=WarningCode.PROVIDER_TOTAL_UNKNOWN,
            detail="Ask the provider how many pupils of compulsory school age it educates full time, whoever placed"
            " them, and record it. It has not said so within the last twelve months.",
        )
