"""The templates: ours, and GOV.UK's macros. What is printed is escaped, and a name that nobody gave is a fault."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, Undefined

from services.gateway.pages.web.filters import FILTERS

FOLDER = Path(__file__).parents[1] / "templates"
_MISSING = Undefined()._undefined_obj  # noqa: SLF001 - what Jinja puts there for a name of the template itself


class _Checked(Undefined):
    """GOV.UK's macros leave out options and names as they like; anything else that is missing is our mistake.

    A name may be asked for (`if serviceName`) and not printed; an option of a mapping may be both.
    """

    __slots__ = ()

    @property
    def _is_option(self) -> bool:
        return isinstance(self._undefined_obj, Mapping | _Checked)

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__" or not self._is_option:
            self._fail(name)
        return _Checked(obj=self, name=name)

    __getitem__ = __getattr__

    def __str__(self) -> str:
        return "" if self._is_option else self._fail()

    def __bool__(self) -> bool:
        return False if self._is_option or self._undefined_obj is _MISSING else self._fail()

    def __iter__(self) -> Any:
        return iter(()) if self._is_option else self._fail()

    def __len__(self) -> int:
        return 0 if self._is_option else self._fail()

    def _fail(self, name: str = "") -> NoReturn:
        if name[:2] == "__":
            raise AttributeError(name)
        self._fail_with_undefined_error()


def _fault_list(errors: Iterable[Any]) -> list[dict[str, str]]:
    """As GOV.UK's summary of errors takes them."""
    return [{"text": each.text} | ({"href": f"#{each.field}"} if each.field else {}) for each in errors]


def environment(**shared: Any) -> Environment:
    """`shared`: what every template may use."""
    found = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(FOLDER),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=_Checked,
        auto_reload=False,
    )
    found.filters.update(FILTERS)
    found.filters["fault_list"] = _fault_list
    found.globals.update(shared)
    return found
