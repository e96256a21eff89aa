"""The numbers in the rules, and from which day they hold.

Changed only by a release. A row that has bound somebody is never edited: another row begins on a later day.
"""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The numbers in the rules, as they stand from a day on.

    Notice, review opening, period end, evaluation, requested-review, half-term and educational-record figures are
    school days; invitation and outcome, and the ten weeks in which a review held lifts the duty to hold another on
    request, are calendar days. Notice is counted in clear days: neither the day it is given nor the day of the
    start counts. The six days of regulation 6, the clear-day reading, the months of an annual review and the five
    school days of an absence without a reason were not seen in a source. A register's minutes count from the
    session's start. How long due diligence is valid and how often a council visits, in months, in how many school
    days a placement is reviewed whose provider came into doubt or a change of the pupil's flags is answered, and
    what a session counts, in minutes, where the hours are not stated, are our choices. So are the school days after
    which a part-time timetable is weighed again; the weeks and the sessions a week outside schools are proposals
    that were reported, and not law. The years after birth for which a pupil's record is kept, longer with special
    educational needs, are the records managers' guidance; those of an entry in a register are law.

    The ages of a pupil who is not of compulsory school age, in whole years, the last one to its end, follow
    the year groups that schools teach; the last one with an EHC plan is law. How many months before a child is old
    enough a referral may be written is our choice.
    """

    from_on: date
    notice_clear_school_days: int = 2
    invitation_days: int = 6
    outcome_days: int = 6
    requested_review_bar_days: int = 70
    requested_review_school_days: int = 15
    request_answer_school_days: int = 5
    pause_review_school_days: int = 5
    concern_answer_school_days: int = 1
    day_six: int = 6
    day_six_details_hours: int = 48
    suspension_school_days: int = 5
    annual_review_months: int = 12
    transition_school_days: int = 10
    determination_back_school_days: int = 5
    overtaken_school_days: int = 3
    flags_school_days: int = 5
    adult_age: int = 18
    pupil_from_age: int = 4
    pupil_to_age: int = 18
    plan_to_age: int = 25
    referred_ahead_months: int = 6
    school_age: int = 5
    leaving_age: int = 16
    leaving_weeks: int = 6
    review_lead_school_days: int = 15
    period_end_lead_school_days: int = 10
    half_term_least_school_days: int = 10
    half_term_most_school_days: int = 30
    destination_school_days: int = 10
    evaluation_school_days: int = 20
    post_working_days: int = 2
    email_until: time = time(16, 30)
    lost_letter_school_days: int = 1
    pupil_record_years: int = 25
    sen_record_years: int = 31
    register_years: int = 6
    subject_access_months: int = 1
    subject_access_extension_months: int = 2
    educational_record_school_days: int = 15
    complaint_acknowledged_days: int = 30
    unexplained_school_days: int = 5
    register_minutes: int = 30
    illness_school_days: int = 15
    part_time_school_days: int = 30
    non_school_weeks: int = 12
    non_school_sessions: int = 4
    due_diligence_months: int = 12
    qa_visit_months: int = 12
    provider_review_school_days: int = 5
    registration_review_school_days: int = 1
    session_minutes: int = 150


FIGURES: tuple[Figures, ...] = (Figures(from_on=date(2013, 1, 1)),)


def figures(on: date) -> Figures:
    """The figures in force on a day; the first for any day before them."""
    return next((each for each in reversed(FIGURES) if each.from_on <= on), FIGURES[0])
