"""What was answered so far, as the check page lists it: each question with the answer in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.gateway.pages.forms import typed
from services.gateway.pages.forms.controls import Control, ControlKind, within
from services.gateway.pages.forms.options import Options, options_of
from services.gateway.pages.forms.reading import Posted, is_blank, places
from services.gateway.pages.referral.questions import QuestionPage, controls_on


@dataclass(frozen=True, slots=True)
class AnswerRow:
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class AnsweredPage:
    """The answers of one page, which `href` changes."""

    title: str
    href: str
    rows: tuple[AnswerRow, ...]


def answered(
    pages: Sequence[QuestionPage], controls: Sequence[Control], posted: Posted, options: Options, base: str
) -> list[AnsweredPage]:
    return [
        AnsweredPage(
            each.title,
            f"{base}/{each.slug}?back=check",
            tuple(
                row
                for around, control in controls_on(each, controls)
                for row in _rows(control, within(around, control.name), posted, options)
            ),
        )
        for each in pages
    ]


def _rows(control: Control, path: str, posted: Posted, options: Options) -> Iterator[AnswerRow]:
    if control.makes is not None:
        return
    if is_blank(control, path, posted):
        yield AnswerRow(control.label, "Not answered")
    elif control.kind is ControlKind.GROUP:
        for part in control.parts:
            yield from _rows(part, within(path, part.name), posted, options)
    elif control.kind is ControlKind.ENTRIES:
        for number, place in enumerate(places(control, path, posted), start=1):
            yield AnswerRow(f"{control.label}: {number}", _entry(control, within(path, place), posted, options))
    else:
        yield AnswerRow(control.label, _words(control, path, posted, options))


def _entry(control: Control, path: str, posted: Posted, options: Options) -> str:
    return "\n".join(
        f"{part.label}: " * bool(part.name) + _words(part, within(path, part.name), posted, options)
        for part in control.parts
        if part.makes is None and not is_blank(part, within(path, part.name), posted)
    )


def _words(control: Control, path: str, posted: Posted, options: Options) -> str:
    given = [value for name in typed.names(control.kind, path) for value in posted.get(name, ()) if value]
    if control.kind in {ControlKind.CHOICE, ControlKind.CHOICES}:
        labels = {each.value: each.label for each in options_of(control.options, options)}
        return ", ".join(labels.get(each, each) for each in given)
    if control.kind is ControlKind.YES_NO:
        return given[0].capitalize()
    if control.kind is ControlKind.PERCENTAGE:
        return f"{given[0].removesuffix('%')}%"
    return " ".join(given)
