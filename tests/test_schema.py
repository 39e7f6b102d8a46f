"""The json formats keep to the published schema."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from translate_news import open_engine, segment, translate
from translate_news.readers import read_path
from translate_news.writers import WRITERS, anatomy_record

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    path = files("translate_news") / "data" / "schema" / "page-1.schema.json"
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(record)
    return record


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_json_keeps_to_the_schema(schema: dict[str, Any], path: Path) -> None:
    """The anatomy and the translation of every golden page validate."""
    page = segment(read_path(path).text, path.name)
    (translation,) = translate([page], open_engine("echo", None))
    jsonschema.validate(json.loads(WRITERS["json"](translation)), schema)
    jsonschema.validate(json.loads(json.dumps(anatomy_record(page))), schema)


def test_the_schema_can_say_no(schema: dict[str, Any]) -> None:
    """A field that is not in the schema is refused."""
    record = anatomy_record(segment("Het regent."))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record | {"extra": 1}, schema)
