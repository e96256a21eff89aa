"""Where teaching takes place, written so that somebody can go there: a street or place line and a postcode.

Teaching that takes place online has no such address, and says so instead.
"""

import re
import unicodedata
from typing import Final

from domain.shared.errors import Rejected

EXAMPLE: Final = "1 Example Street, Derby, DE99 9ZZ"

# The forms of a postcode: its area and district, then a digit and two letters that no sorting machine confuses.
_POSTCODE: Final = re.compile(
    r"(?<![A-Z0-9])(?:GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])", re.IGNORECASE
)
_ONLINE: Final = re.compile(r"(?<!\w)on-?line(?!\w)", re.IGNORECASE)
_NOT_ONLINE: Final = re.compile(
    r"(?<!\w)(?:not?|never|nothing|isn't|aren't|without)\b[^.,;\n]*\bon-?line", re.IGNORECASE
)


class AddressIncomplete(Rejected):
    """An address where teaching takes place has a street or place line and a postcode, or says that the teaching is
    online.
    """

    code = "address_incomplete"
    title = "The address is not complete"


def incomplete(address: str, pointer: str) -> AddressIncomplete | None:
    """What is wrong with the address of teaching that somebody wrote down; None where a person could go there."""
    if is_online(address):
        return None
    found = postcode(address)
    lacking = []
    if not _has_place(address, found):
        lacking.append("a street or place line")
    if found is None:
        lacking.append("a postcode")
    if not lacking:
        return None
    return AddressIncomplete(
        f"Give {' and '.join(lacking)}, such as {EXAMPLE}, or say that the teaching is online.", pointer=pointer
    )


def postcode(address: str) -> str | None:
    """The postcode that an address holds, as it is written there. Of several the last is the address's own."""
    found = _POSTCODE.findall(address)
    return found[-1] if found else None


def is_online(address: str) -> bool:
    """The address says that the teaching is online."""
    return _ONLINE.search(address) is not None and _NOT_ONLINE.search(address) is None


def _has_place(address: str, code: str | None) -> bool:
    """Something beside the postcode names a place: two letters at least, as in `1 Ely`."""
    rest = address if code is None else address.replace(code, " ")
    return sum(letter.isalpha() for letter in rest) > 1


_LEAST_LINES: Final = 3
# As a printing house asks for it: the last line is a postcode, or a country that the post knows.
_COUNTRY_NAMES: Final = """
afghanistan|albania|algeria|andorra|angola|antigua and barbuda|argentina|armenia|australia|austria|azerbaijan
bahamas|bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bhutan|bolivia|bosnia and herzegovina|botswana
brazil|brunei|bulgaria|burkina faso|burundi|cambodia|cameroon|canada|cape verde|central african republic|chad|chile
china|colombia|comoros|congo|costa rica|croatia|cuba|cyprus|czechia|czech republic|denmark|djibouti|dominica
dominican republic|east timor|ecuador|egypt|el salvador|equatorial guinea|eritrea|estonia|eswatini|ethiopia|fiji
finland|france|gabon|gambia|georgia|germany|ghana|gibraltar|greece|greenland|grenada|guatemala|guernsey|guinea
guyana|haiti|honduras|hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland|isle of man|israel|italy
ivory coast|jamaica|japan|jersey|jordan|kazakhstan|kenya|kiribati|kosovo|kuwait|kyrgyzstan|laos|latvia|lebanon
lesotho|liberia|libya|liechtenstein|lithuania|luxembourg|madagascar|malawi|malaysia|maldives|mali|malta
marshall islands|mauritania|mauritius|mexico|micronesia|moldova|monaco|mongolia|montenegro|morocco|mozambique
myanmar|namibia|nauru|nepal|netherlands|new zealand|nicaragua|niger|nigeria|north korea|north macedonia|norway|oman
pakistan|palau|palestine|panama|papua new guinea|paraguay|peru|philippines|poland|portugal|puerto rico|qatar
romania|russia|rwanda|saint kitts and nevis|saint lucia|samoa|san marino|saudi arabia|senegal|serbia|seychelles
sierra leone|singapore|slovakia|slovenia|solomon islands|somalia|south africa|south korea|south sudan|spain
sri lanka|sudan|suriname|sweden|switzerland|syria|taiwan|tajikistan|tanzania|thailand|togo|tonga
trinidad and tobago|tunisia|turkey|turkiye|turkmenistan|tuvalu|uganda|ukraine|united arab emirates|united states
united states of america|usa|uruguay|uzbekistan|vanuatu|vatican city|venezuela|vietnam|yemen|zambia|zimbabwe
anguilla|aruba|bermuda|british virgin islands|cayman islands|cook islands|cote d'ivoire|curacao
democratic republic of the congo|eire|falkland islands|faroe islands|french polynesia|guam|holland|macau
montserrat|palestinian territories|republic of ireland|republic of moldova|saint helena
saint vincent and the grenadines|sao tome and principe|south georgia|st helena|st kitts and nevis|st lucia
st vincent and the grenadines|turks and caicos islands|uae|us|u.s.a|vatican
"""
_COUNTRIES: Final = frozenset(name.strip() for name in re.split(r"[|\n]", _COUNTRY_NAMES) if name.strip())
_AT_HOME: Final = frozenset({
    *("united kingdom", "uk", "u.k", "gb", "great britain", "england", "scotland", "wales", "cymru"),
    "northern ireland",
})  # fmt: skip
# The number of a forces' post office, where there is no postcode.
_FORCES: Final = re.compile(r"(?<!\w)bfpo ?\d{1,4}(?!\w)", re.IGNORECASE)


def post_lines(address: str | None) -> tuple[str, ...]:
    """An address line by line, as it is written on a letter: a line ends where its line or its comma does."""
    return tuple(line.strip() for line in re.split(r"[\n,]", address or "") if line.strip())


def unpostable(lines: tuple[str, ...]) -> bool:
    """The post would not take a letter to it: fewer than three lines, or a last line without a postcode or country.

    A line that says it is at home adds nothing: the postcode is in the line before.
    """
    if lines and _folded(lines[-1]) in _AT_HOME:
        lines = lines[:-1]
    if len(lines) < _LEAST_LINES:
        return True
    last = lines[-1]
    if _POSTCODE.search(last) or _FORCES.search(last):
        return False
    return _folded(last) not in _COUNTRIES


def _folded(line: str) -> str:
    """A country as people write it: `The Netherlands`, `Republic of Ireland`, `Côte d'Ivoire`."""
    bare = "".join(each for each in unicodedata.normalize("NFD", line.casefold()) if not unicodedata.combining(each))
    return re.sub(r"^the +", "", " ".join(bare.replace("\u2019", "'").split()).rstrip("."))
