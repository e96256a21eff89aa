"""The invented children of the example. Their UPNs carry valid check letters and belong to nobody."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    slug: str
    name: str
    born_on: str
    sex: str
    upn: str
    year_group: int
    parent: str
    flags: tuple[str, ...] = ()

    def body(self, informed_on: str) -> dict[str, Any]:
        """The pupil as a draft referral carries them."""
        return {
            "legal_name": self.name,
            "born_on": self.born_on,
            "sex": self.sex,
            "upn": self.upn,
            "year_group": self.year_group,
            "address": "1 Invented Row\nAlderbrook\nDerby\nDE99 9ZZ",
            "home_language": "English",
            "parents": [
                {
                    "name": self.parent,
                    "relationship": "parent",
                    "has_parental_responsibility": True,
                    "contact": f"{self.slug}@example.invalid",
                    "stance": "agree",
                    "informed_on": informed_on,
                }
            ],
        }


def _child(  # noqa: PLR0917 # one row a child reads better than twelve blocks
    slug: str, name: str, born_on: str, sex: str, upn: str, year_group: int, parent: str, *flags: str
) -> Child:
    return Child(
        slug=slug, name=name, born_on=born_on, sex=sex, upn=upn, year_group=year_group, parent=parent, flags=flags
    )


CHILDREN = {
    child.slug: child
    for child in (
        _child("bramwell", "Bramwell Testerly", "2012-01-14", "M", "J831400022001", 10, "Odette Testerly"),
        _child("clementine", "Clementine Mockridge", "2012-05-02", "F", "M831400021002", 10, "Jory Mockridge"),
        _child("dashiell", "Dashiell Fauxley", "2011-10-30", "M", "M831400022003", 10, "Wilhelmina Fauxley", "lac"),
        _child("elowen", "Elowen Shamwick", "2013-03-19", "F", "Q831400021004", 9, "Peregrine Shamwick"),
        _child("ferdinand", "Ferdinand Notreal", "2012-12-01", "M", "Q831400022005", 9, "Zinnia Notreal", "ehcp"),
        _child("ginevra", "Ginevra Placehold", "2011-09-08", "F", "U831400021006", 11, "Alaric Placehold"),
        _child("horatio", "Horatio Inventson", "2012-07-22", "M", "U831400022007", 10, "Mirabel Inventson"),
        _child("isolde", "Isolde Examplar", "2013-11-11", "F", "X831400021008", 8, "Thaddeus Examplar"),
        _child("jocasta", "Jocasta Pretendly", "2012-02-27", "F", "X831400022009", 10, "Leopold Pretendly"),
        _child("kenelm", "Kenelm Dummifield", "2011-12-05", "M", "X831400021010", 11, "Rosalind Dummifield"),
        _child("lysander", "Lysander Samplewood", "2013-06-16", "M", "X831400022011", 9, "Cordelia Samplewood"),
        _child("marigold", "Marigold Fictionby", "2012-08-09", "F", "A831400021012", 10, "Barnaby Fictionby"),
        _child("nerys", "Nerys Makebelieve", "2012-04-04", "F", "A831400022013", 10, "Gulliver Makebelieve"),
        _child("oswin", "Oswin Storyfield", "2012-10-10", "M", "D831400021014", 9, "Tamsin Storyfield"),
        _child("quillon", "Quillon Notionfield", "2012-09-23", "M", "T831400022016", 9, "Sidony Notionfield"),
        _child("rosamund", "Rosamund Unfounded", "2012-03-30", "F", "W831400021017", 10, "Tancred Unfounded"),
        _child("silvester", "Silvester Conjecture", "2013-01-08", "M", "W831400022018", 9, "Averil Conjecture"),
        _child("tabitha", "Tabitha Supposely", "2013-05-25", "F", "Z831400021019", 9, "Crispin Supposely"),
        _child("ulric", "Ulric Hypothet", "2012-06-11", "M", "W831400022020", 10, "Damaris Hypothet", "ehcp"),
        _child("verity", "Verity Apocrypha", "2012-11-03", "F", "Z831400021021", 9, "Lazarus Apocrypha", "ehcp"),
        _child("petronella", "Petronella Mythwood", "2013-02-21", "F", "D831400022015", 9, "Evander Mythwood"),
    )
}
