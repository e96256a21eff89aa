"""The questions of a referral, page by page, and how the controls of its two commands are spread over them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from services.gateway.pages.forms.controls import SEPARATOR, Control, within


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """One page: `fields` are the paths of the controls on it. `needed` are those that the rules will ask for.

    `is_seldom`: only shown where something asks for it.
    """

    slug: str
    title: str
    fields: tuple[str, ...]
    lead: str = ""
    needed: frozenset[str] = frozenset()
    is_seldom: bool = False


_LATER: Final = "Leave out what you do not know yet. At the end you say why it is not known."

OF_DRAFT: Final = (
    QuestionPage(
        slug="pupil",
        title="Who is the pupil?",
        fields=("pupil.legal_name", "pupil.born_on", "pupil.sex"),
        lead="As the school's admission register has it.",
    ),
    QuestionPage(slug="school-record", title="UPN and year group", fields=("pupil.upn", "pupil.year_group")),
    QuestionPage(
        slug="home",
        title="Where does the pupil live?",
        fields=("pupil.address", "pupil.home_language"),
        needed=frozenset({"pupil.address", "pupil.home_language"}),
    ),
    QuestionPage(
        slug="parents",
        title="Parents and carers",
        fields=("pupil.parents",),
        lead="Everybody with parental responsibility, and whoever else cares for the pupil.",
    ),
    QuestionPage(slug="legal-basis", title="What is the legal basis of the placement?", fields=("legal_basis",)),
    QuestionPage(slug="commissioner", title="Who arranges and pays for the placement?", fields=("commissioner",)),
    QuestionPage(
        slug="known",
        title="Has this pupil had a placement before?",
        fields=("pupil_id", "another_child"),
        lead="Your school has a pupil with this UPN already. A child has one record.",
        is_seldom=True,
    ),
)
OF_SUBMISSION: Final = (
    QuestionPage(
        slug="request",
        title="What do you ask for?",
        fields=("primary_reason", "provision_requested", "sessions_requested", "proposed_days"),
        needed=frozenset({"primary_reason", "provision_requested", "sessions_requested", "proposed_days"}),
    ),
    QuestionPage(
        slug="objectives",
        title="What is the placement meant to achieve?",
        fields=("objectives",),
        lead="At least one objective. The provider reports on each, and each review looks at it.",
    ),
    QuestionPage(
        slug="learning",
        title="Learning and special needs",
        fields=("picture.sen_status", "picture.sen_need", "picture.on_roll", "picture.strengths"),
        lead=_LATER,
    ),
    QuestionPage(
        slug="plan",
        title="EHC plan",
        fields=("picture.plan_la_code", "picture.section_f_summary", "picture.section_i_school"),
        lead="Only for a pupil with an EHC plan. Otherwise go on.",
    ),
    QuestionPage(
        slug="circumstances",
        title="What else is true of the pupil?",
        fields=("picture.flags", "picture.social_care_contact", "picture.free_school_meals"),
        lead=_LATER,
    ),
    QuestionPage(
        slug="attendance",
        title="Attendance and suspensions",
        fields=("picture.attendance_basis_points", "picture.suspension_days"),
        lead=_LATER,
    ),
    QuestionPage(
        slug="behaviour",
        title="What makes things difficult, and what was tried?",
        fields=("picture.triggers", "picture.strategies_tried", "picture.risk_assessment"),
        lead=_LATER,
    ),
    QuestionPage(
        slug="health",
        title="Health and transport",
        fields=("picture.health", "details.medication", "details.hospital", "picture.transport"),
        lead=_LATER,
    ),
    QuestionPage(
        slug="not-known",
        title="What is not known yet?",
        fields=("picture.unknown",),
        lead="Each part of the pupil's situation that you left out, with the reason. Otherwise go on.",
    ),
    QuestionPage(
        slug="details",
        title="More about the pupil",
        fields=(
            "details.uln",
            "details.roll_status",
            "details.interpreter",
            "details.previous_schools",
            "details.link_person",
        ),
    ),
    QuestionPage(
        slug="who",
        title="Who agreed to the referral?",
        fields=("parent_informed_on", "signed_off_by"),
        needed=frozenset({"parent_informed_on", "signed_off_by"}),
    ),
)


def controls_on(question: QuestionPage, controls: Iterable[Control]) -> tuple[tuple[str, Control], ...]:
    """The controls of a page, each with the path of the group that it is in."""
    return tuple(_found(path, tuple(controls), question) for path in question.fields)


def _found(path: str, controls: tuple[Control, ...], question: QuestionPage) -> tuple[str, Control]:
    *around, name = path.split(SEPARATOR)
    for group in around:
        controls = next(each for each in controls if each.name == group).parts
    control = next(each for each in controls if each.name == name)
    return SEPARATOR.join(around), replace(control, required=True) if path in question.needed else control


def tree(question: QuestionPage, controls: Iterable[Control]) -> tuple[Control, ...]:
    """The command's controls with those of one page alone, groups around them included."""
    return _pruned(tuple(controls), question, "")


def _pruned(controls: tuple[Control, ...], question: QuestionPage, path: str) -> tuple[Control, ...]:
    kept = []
    for control in controls:
        here = within(path, control.name)
        if here in question.fields:
            kept.append(replace(control, required=True) if here in question.needed else control)
        elif any(each.startswith(f"{here}{SEPARATOR}") for each in question.fields):
            kept.append(replace(control, parts=_pruned(control.parts, question, here)))
    return tuple(kept)


def merged(
    question: QuestionPage, kept: Mapping[str, Sequence[str]], posted: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Everything that was answered so far, with the answers of one page put in place of its earlier ones."""
    others = {name: list(values) for name, values in kept.items() if not is_on(question, name)}
    return others | {name: list(values) for name, values in posted.items() if is_on(question, name)}


def is_on(question: QuestionPage, name: str) -> bool:
    """Whether a field of the form belongs to a page."""
    return any(name == path or name.startswith((f"{path}{SEPARATOR}", f"{path}-")) for path in question.fields)


def page_of(pages: Sequence[QuestionPage], path: str) -> QuestionPage | None:
    """Where the field is asked for that something is wrong with; of a whole group the first of its pages."""
    found = next((each for each in pages if path and is_on(each, path)), None)
    return found or next(
        (each for each in pages if path and any(one.startswith(f"{path}{SEPARATOR}") for one in each.fields)), None
    )
