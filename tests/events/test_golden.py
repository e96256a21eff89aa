"""Each stored shape is always read as it was written."""

import dataclasses
import importlib
import json
from pkgutil import walk_packages
from typing import Any

import pytest

import events
from events.codec import Codec, canonical_json
from events.definition import schema_version
from tests.events.make_golden import CODECS, GOLDEN
from tests.events.samples import parts, sample

TYPES = [(codec, cls) for codec in CODECS for cls in codec.types()]


@pytest.mark.obligation("C6")
@pytest.mark.parametrize(("codec", "cls"), TYPES, ids=[cls.__name__ for _, cls in TYPES])
def test_a_golden_file_decodes_and_encodes_again_to_the_same(codec: Codec[Any], cls: type) -> None:
    version = schema_version(cls)
    golden = json.loads((GOLDEN / f"{cls.__name__}.v{version}.json").read_text())

    event = codec.decode(cls.__name__, version, golden["data"], golden["personal"])
    again = codec.encode(event)
    later = _later_fields(cls, golden)

    assert event == dataclasses.replace(sample(cls), **later)
    assert _without(later, again.data) == golden["data"]
    assert _without(later, again.personal or "{}") == (golden["personal"] or "{}")


def _later_fields(cls: type, golden: dict[str, str | None]) -> dict[str, Any]:
    """The optional fields that the type has got since its file was written, with what they read as."""
    written = {name for part in golden.values() if part is not None for name in json.loads(part)}
    return {field.name: field.default for field in dataclasses.fields(cls) if field.name not in written}


def _without(later: dict[str, Any], part: str) -> str:
    return canonical_json({name: value for name, value in json.loads(part).items() if name not in later})


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_version_ever_stored_is_still_read(path: Any) -> None:
    name, version = path.stem.split(".v")
    (codec, _) = next(found for found in TYPES if found[1].__name__ == name)
    golden = json.loads(path.read_text())

    assert type(codec.decode(name, int(version), golden["data"], golden["personal"])).__name__ == name


@pytest.mark.parametrize("cls", [cls for _, cls in TYPES], ids=lambda cls: cls.__name__)
def test_no_event_holds_a_fraction(cls: type) -> None:
    assert float not in parts(cls)


@pytest.mark.parametrize(("codec", "cls"), TYPES, ids=[cls.__name__ for _, cls in TYPES])
def test_an_event_whose_pupils_key_is_gone_is_still_read(codec: Codec[Any], cls: type) -> None:
    written = codec.encode(sample(cls))

    event = codec.decode(written.type, written.schema_version, written.data, None)

    assert codec.encode(event).data == written.data


def test_every_event_that_is_declared_is_in_the_union_of_its_stream() -> None:
    """What no union lists cannot be stored."""
    modules = [importlib.import_module(each.name) for each in walk_packages(events.__path__, "events.")]
    declared = {each for module in modules for each in vars(module).values() if isinstance(each, type)}

    assert {each for each in declared if "SCHEMA_VERSION" in vars(each)} == {
        kind for codec in CODECS for kind in codec.types()
    }
