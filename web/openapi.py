"""The description of the directory's API: what `web.directory` serves, as OpenAPI says it."""

from collections.abc import Mapping
from typing import Any

from directory.oruk import writing
from web import asking

Json = dict[str, Any]

_SUMMARY = (
    "Services for people who are new in a city, as Open Referral UK 3.0. Read only, open to all, "
    "no key. Only facts that everybody may know: no place that is kept secret, and no phone, "
    "e-mail, hours or address of a record that nobody has checked. The key fingerpost of a whole "
    "service holds what the standard has no field for."
)


def document(base: str) -> Json:
    """Return the OpenAPI document of the API at the address *base*."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fingerpost directory",
            "version": writing.VERSION,
            "description": _SUMMARY,
        },
        "servers": [{"url": base}],
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }


def _paths() -> Json:
    single = [{"name": "id", "in": "path", "required": True, "schema": _UUID}]
    return {
        "/": _get("about", "Which standard this is.", [], "About"),
        "/openapi.json": _get("describe", "This description.", [], "Description"),
        "/services": _get("services", "Services.", _services(), "ServicePage"),
        "/services/{id}": _get("service", "One service, whole.", single, "FullService"),
        "/taxonomies": _get("taxonomies", "Taxonomies.", _PAGE, "TaxonomyPage"),
        "/taxonomies/{id}": _get("taxonomy", "One taxonomy.", single, "Taxonomy"),
        "/taxonomy_terms": _get("terms", "Terms.", _terms(), "TermPage"),
        "/taxonomy_terms/{id}": _get("term", "One term.", single, "Term"),
        "/service_at_locations": _get(
            "places", "Places where services are offered.", _places(), "PlacePage"
        ),
        "/service_at_locations/{id}": _get("place", "One place, whole.", single, "Place"),
    }


def _get(operation: str, summary: str, parameters: list[Json], answer: str) -> Json:
    """Return a path with GET alone; one that reads a query or an id may refuse it."""
    answers = {"200": _answer("Found.", answer), "304": {"description": "As you have it."}}
    if parameters:
        answers["400"] = _answer("A parameter cannot be used.", "Problem")
        answers["503"] = _answer("Too many read at once; come back.", "Problem")
    if any(each["name"] in {"id", "postcode"} for each in parameters):
        answers["404"] = _answer("There is nothing of this id or postcode.", "Problem")
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": parameters,
            "responses": answers,
        }
    }


def _answer(description: str, schema: str) -> Json:
    kind = "application/problem+json" if schema == "Problem" else "application/json"
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _query(name: str, description: str, schema: Mapping[str, Any]) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": dict(schema)}


_UUID = {"type": "string", "format": "uuid"}
_FLAG = {"type": "boolean"}
_ID = {"type": "string", "maxLength": asking.LONGEST_ID}
_PAGE = [
    _query(
        "search",
        "Every word must be there; the end of a word may be missing.",
        {"type": "string", "maxLength": asking.LONGEST_SEARCH},
    ),
    _query("page", "From 1.", {"type": "integer", "minimum": 1, "maximum": asking.LAST_PAGE}),
    _query(
        "per_page",
        f"Records on a page: {asking.PER_PAGE} by default, {asking.ALL_IN_ONE} if minimal.",
        {"type": "integer", "minimum": 1, "maximum": asking.MOST_PER_PAGE},
    ),
    _query("format", "Nothing else is offered.", {"type": "string", "enum": ["json"]}),
]


def _services() -> list[Json]:
    return [
        *_filters(),
        _query("minimal", "Only id, name, status and last_modified.", _FLAG),
        _query("full", "Services with everything that belongs to them.", _FLAG),
    ]


def _places() -> list[Json]:
    postcode = {"type": "string", "pattern": asking.POSTCODE}
    metres = {"type": "number", "minimum": 0, "maximum": asking.FARTHEST}
    return [
        *_filters(),
        _query("full", "Places with address and whole service.", _FLAG),
        _query("postcode", "The nearest places first; the first half is enough.", postcode),
        _query("proximity", "Metres from the postcode, in a straight line.", metres),
    ]


def _terms() -> list[Json]:
    return [
        *_PAGE,
        _query("taxonomy_id", "Terms of this taxonomy.", _ID),
        _query("top_only", "Terms without terms below them: all are.", _FLAG),
        _query("parent_id", "Terms below this one: there are none.", _ID),
    ]


def _filters() -> list[Json]:
    age = {"type": "number", "minimum": 0, "maximum": asking.OLDEST}
    time = {"type": "string", "pattern": asking.TIME}
    moment = {"type": "string", "format": "date-time"}
    day = {"type": "string", "enum": list(asking.DAYS)}
    return [
        *_PAGE,
        _query("taxonomy_term_id", "Services with this term.", _ID),
        _query("taxonomy_id", "Services with a term of this taxonomy.", _ID),
        _query("organization_id", "Services of this organisation.", _ID),
        _query("modified_after", "Services that changed here at or after this moment.", moment),
        _query("minimum_age", "Services whose lowest age is this or above.", age),
        _query("maximum_age", "Services whose highest age is this or below.", age),
        _query("day", "Services that open on this weekday.", day),
        _query("start_time", "Services that open at this time or later.", time),
        _query("end_time", "Services that close by this time.", time),
    ]


def _object(required: str, **properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "required": required.split(), "properties": properties}


def _of(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str) -> Json:
    return {"type": "array", "items": _of(name)}


_TEXT = {"type": "string"}
_DATE = {"type": "string", "format": "date"}
_MOMENT = {"type": "string", "format": "date-time"}
_URI = {"type": "string", "format": "uri"}
_COUNT = {"type": "integer", "minimum": 0}
_STATUS = {"type": "string", "enum": ["active", "inactive", "defunct", "temporarily closed"]}


def _schemas() -> Json:
    return {
        "About": _object(
            "version profile openapi_url", version=_TEXT, profile=_URI, openapi_url=_URI
        ),
        "Description": _object("openapi info paths", openapi=_TEXT, info={}, paths={}),
        "Problem": _object(
            "type title status detail", type=_TEXT, title=_TEXT, status=_COUNT, detail=_TEXT
        ),
        "ServicePage": _page(_of("Service")),
        "TaxonomyPage": _page(_of("Taxonomy")),
        "TermPage": _page(_of("Term")),
        "PlacePage": _page(_of("Place")),
        "Service": _service(),
        "FullService": _full_service(),
        "Organization": _object(
            "id name description", id=_UUID, name=_TEXT, description=_TEXT, website=_URI
        ),
        "Taxonomy": _object(
            "id name description", id=_UUID, name=_TEXT, description=_TEXT, version=_TEXT
        ),
        "Term": _object(
            "id name description",
            id=_UUID,
            name=_TEXT,
            description=_TEXT,
            taxonomy=_TEXT,
            taxonomy_id=_UUID,
            term_uri=_URI,
        ),
        "Place": _object(
            "id service_id location_id location service",
            id=_UUID,
            service_id=_UUID,
            location_id=_UUID,
            location=_of("Location"),
            service=_of("Service"),
        ),
        **_parts(),
    }


def _page(items: Json) -> Json:
    names = "total_items total_pages page_number size first_page last_page empty contents"
    return _object(
        names,
        total_items=_COUNT,
        total_pages=_COUNT,
        page_number=_COUNT,
        size=_COUNT,
        first_page=_FLAG,
        last_page=_FLAG,
        empty=_FLAG,
        contents={"type": "array", "items": items},
    )


def _service() -> Json:
    return _object(
        "id name status",
        id=_UUID,
        organization_id=_UUID,
        name=_TEXT,
        alternate_name=_TEXT,
        description=_TEXT,
        url=_URI,
        email=_TEXT,
        status=_STATUS,
        application_process=_TEXT,
        eligibility_description=_TEXT,
        interpretation_services=_TEXT,
        fees=_TEXT,
        minimum_age={"type": "number"},
        maximum_age={"type": "number"},
        assured_date=_DATE,
        alert=_TEXT,
        last_modified=_MOMENT,
        organization=_of("Organization"),
    )


def _full_service() -> Json:
    nested = _object(
        "organization fingerpost",
        organization=_of("Organization"),
        phones=_list("Phone"),
        schedules=_list("Schedule"),
        service_areas=_list("ServiceArea"),
        service_at_locations={"type": "array", "items": _of("PlaceOfService")},
        languages=_list("Language"),
        cost_options=_list("CostOption"),
        contacts=_list("Contact"),
        attributes=_list("Attribute"),
        fingerpost=_of("Fingerpost"),
    )
    return {"allOf": [_of("Service"), nested]}


def _parts() -> Json:
    """Return the schemas of what belongs to a service."""
    return {
        "Phone": _object("id number", id=_UUID, number=_TEXT, description=_TEXT),
        "Schedule": _object(
            "id",
            id=_UUID,
            service_at_location_id=_UUID,
            freq={"type": "string", "enum": ["WEEKLY", "MONTHLY"]},
            interval=_COUNT,
            byday=_TEXT,
            bymonthday=_TEXT,
            valid_from=_DATE,
            valid_to=_DATE,
            opens_at=_TEXT,
            closes_at=_TEXT,
            description=_TEXT,
            notes=_TEXT,
        ),
        "ServiceArea": _object("id name", id=_UUID, name=_TEXT, service_area=_TEXT),
        "Language": _object("id name code", id=_UUID, name=_TEXT, code=_TEXT),
        "CostOption": _object(
            "id", id=_UUID, option=_TEXT, amount={"type": "number"}, amount_description=_TEXT
        ),
        "Contact": _object("id", id=_UUID, title=_TEXT, email=_TEXT, phones=_list("Phone")),
        "Attribute": _object(
            "id taxonomy_term",
            id=_UUID,
            link_id=_UUID,
            taxonomy_term_id=_UUID,
            link_type=_TEXT,
            taxonomy_term=_of("Term"),
        ),
        **_where(),
        "Fingerpost": _fingerpost(),
    }


def _where() -> Json:
    """Return the schemas of places."""
    required = "id address_1 city state_province postal_code country address_type"
    return {
        "PlaceOfService": _object("id location", id=_UUID, location=_of("Location")),
        "Location": _object(
            "id location_type",
            id=_UUID,
            location_type={"type": "string", "enum": ["physical"]},
            name=_TEXT,
            latitude={"type": "number"},
            longitude={"type": "number"},
            addresses=_list("Address"),
            phones=_list("Phone"),
            accessibility=_list("Accessibility"),
        ),
        "Accessibility": _object("id description", id=_UUID, description=_TEXT),
        "Address": _object(
            required,
            id=_UUID,
            address_1=_TEXT,
            city=_TEXT,
            state_province=_TEXT,
            postal_code=_TEXT,
            country=_TEXT,
            address_type={"type": "string", "enum": ["physical"]},
        ),
    }


def _fingerpost() -> Json:
    texts = {"type": "array", "items": _TEXT}
    source = _object("url", url=_URI, stated_date=_TEXT, facts=texts)
    return _object(
        "status channels confidential_location contact_withheld sources",
        status={"type": "string", "enum": ["open", "full", "paused", "closed", "unknown"]},
        status_date=_DATE,
        valid_until=_DATE,
        gender={"type": "string", "enum": ["women", "men"]},
        walk_in=_FLAG,
        referral={"type": "string", "enum": ["self", "agency", "either"]},
        appointment=_FLAG,
        who_may_refer=_TEXT,
        channels=texts,
        opening_hours=_TEXT,
        hours_note=_TEXT,
        accessibility=texts,
        confidential_location=_FLAG,
        contact_withheld=_FLAG,
        sources={"type": "array", "items": source},
    )
