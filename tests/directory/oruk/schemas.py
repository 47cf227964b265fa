"""The official schemas of Open Referral UK 3.0, with every format checked."""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # comes without types
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

CORPUS = Path(__file__).parents[3].parent / "shared" / "data" / "oruk"
VALIDATOR = CORPUS / "schema" / "v3.0-uk"  # those that the official validator uses
PROFILE = CORPUS / "uk-profile" / "schema"  # one file for each kind of record

needs_schemas = pytest.mark.skipif(
    not VALIDATOR.is_dir(), reason="the schemas are not ours to ship (CC BY-SA 4.0)"
)
CHECKS = jsonschema.FormatChecker(["uuid", "email"])


@CHECKS.checks("uri")
def _is_uri(value):
    """RFC 3986, as far as a web address goes: no character that must be encoded."""
    part = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})"
    pattern = rf"(?:https?://|urn:){part}+(?:#{part}*)?"
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


@CHECKS.checks("date-time")
def _is_moment(value):
    if not isinstance(value, str):
        return True
    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    try:
        return re.fullmatch(form, value) is not None and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


@cache
def validator(name):
    """Return what checks against a schema of the official validator."""
    return jsonschema.Draft202012Validator(_schema(VALIDATOR / name), format_checker=CHECKS)


@cache
def profile(name):
    """Return what checks against a schema of the UK profile, with those that it refers to."""
    files = {path.name: _schema(path) for path in PROFILE.glob("*.json")}
    resources = [
        (key, Resource.from_contents(schema, default_specification=DRAFT202012))
        for key, schema in files.items()
    ]
    registry = Registry().with_resources(resources)
    return jsonschema.Draft202012Validator(files[name], registry=registry, format_checker=CHECKS)


def wrong(checker, document):
    """Return what is wrong with *document*, in words."""
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in checker.iter_errors(document)
    ]


def _schema(path):
    return json.loads(path.read_text("utf-8"))
