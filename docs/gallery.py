"""The page with a picture of each main page: the table of pictures, and the page that is made from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.local.people import find, organisation_name

IMAGES: Final = Path(__file__).parent / "images"
# The child whose placement the pictures show: under way, with one review held and the next to come.
SHOWN_CHILD: Final = "clementine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`who` opens `path` after signing in. `{placement}` is the reference of the child's placement."""

    name: str
    path: str
    who: str
    title: str
    words: str

    @property
    def file(self) -> Path:
        return IMAGES / f"{self.name}.png"


SIGN_IN: Final = Picture(
    name="sign-in",
    path="/sign-in",
    who="amara-case-worker",
    title="Sign in",
    words="Choose which person of the example to be. Nobody has a password here. In a real set-up this page is the one "
    "of your school or council.",
)
# One row a picture. A page that is not there yet is left out, with a message.
PICTURES: Final[tuple[Picture, ...]] = (
    SIGN_IN,
    Picture(
        name="my-work",
        path="/",
        who="amara-case-worker",
        title="My work",
        words="What you have to do, in order of date, overdue first. Each row has one link that opens the right form.",
    ),
    Picture(
        name="placement",
        path="/placements/{placement}",
        who="amara-case-worker",
        title="Placement",
        words="The next action, the next deadline and the line of the placement's life.",
    ),
    Picture(
        name="timeline",
        path="/placements/{placement}/timeline",
        who="amara-case-worker",
        title="Timeline",
        words="Everything that is recorded, newest first, with who recorded it. A corrected fact is struck through.",
    ),
    Picture(
        name="evidence",
        path="/placements/{placement}/evidence",
        who="hector-head",
        title="Evidence",
        words="Each clause of the law that applies, the event that proves it, and what is outstanding or breached.",
    ),
    Picture(
        name="step",
        path="/placements/{placement}/do/log-contact",
        who="amara-case-worker",
        title="A step",
        words="Each step has a form. Before you send it, the service shows what it records and which letters it makes.",
    ),
    Picture(
        name="caseload",
        path="/placements",
        who="amara-case-worker",
        title="Placements",
        words="The caseload, with search, filters and a file to download.",
    ),
    Picture(
        name="today",
        path="/today",
        who="kit-key-college",
        title="Today",
        words="The provider's register: who is expected, and who has come.",
    ),
    Picture(
        name="providers",
        path="/providers",
        who="lorcan-la-officer",
        title="Providers",
        words="The council's directory: what each provider offers, its checks and its visits.",
    ),
    Picture(
        name="audit",
        path="/audit",
        who="aubrey-auditor",
        title="Audit",
        words="Search the events, read the record as it was on any day, and prove that nothing was changed.",
    ),
)


def text() -> str:
    """The page: one section a picture that has been taken."""
    taken = [each for each in PICTURES if each.file.exists()]
    return f"{_HEAD}{''.join(map(_section, taken))}"


_HEAD = """# Pages

What the main pages look like, on the example caseload. `make pictures` takes the pictures again.
To open them yourself, run `make run` and sign in as the person who is named under each heading.

"""


def _section(picture: Picture) -> str:
    return (
        f"## {picture.title}\n\n{picture.words}\n\nOpened by {_person(picture.who)}, at `{picture.path}`.\n\n"
        f"![{picture.title}](images/{picture.file.name})\n\n"
    )


def _person(slug: str) -> str:
    person = find(slug)
    assert person is not None, f"nobody is called {slug}"
    return f"{person.name}, {organisation_name(person.org)}"
