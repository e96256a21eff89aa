"""What the settings say of the look: whose service this is, and the colour that its header has."""

from dataclasses import dataclass
from typing import Self

from infra.settings import Settings

SERVICE_NAME = "Placements"
# In the header where the settings name nobody.
FIELD_OF_WORK = "Alternative provision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """The name in the header, and one colour. `keeper` is who is asked for help, in the middle of a sentence."""

    owner: str
    colour: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(owner=settings.pages_owner, colour=settings.pages_colour)

    @property
    def keeper(self) -> str:
        return self.owner or "your school or council"

    @property
    def heading(self) -> str:
        return self.owner or FIELD_OF_WORK

    @property
    def theme(self) -> str:
        """The one line of CSS that the public design system reads its colour from."""
        return f":root{{--govuk-brand-colour:{self.colour}}}\n"
