"""Taxonomies and their terms as documents: ours, and those that sources put on services. Pure."""

from directory.model import Service, TaxonomyTerm
from directory.oruk import ids
from directory.oruk.forms import Document, filled, uri
from directory.oruk.vocabulary import NEED_TAXONOMY, OURS, STAGE_TAXONOMY, Term, Vocabulary, of_ours


def taxonomy(vocabulary: Vocabulary) -> Document:
    """Return a taxonomy of ours."""
    return {
        "id": vocabulary.id,
        "name": vocabulary.name,
        "description": vocabulary.description,
        "version": "1",
    }


def taxonomy_of(name: str) -> Document:
    """Return the taxonomy that a source calls *name*: it told no more of it."""
    return {"id": ids.of("taxonomy of a source", name), "name": name, "description": name}


def term(vocabulary: Vocabulary, one: Term) -> Document:
    """Return a term of ours."""
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "taxonomy": vocabulary.name,
        "taxonomy_id": vocabulary.id,
    }


def term_of(one: TaxonomyTerm) -> Document:
    """Return a source's term in its own words; HSDS requires a description, so the name again."""
    key = f"{one.taxonomy or ''}/{one.id}"
    return filled(
        {
            "id": ids.own(one.id) or ids.of("term of a source", key),
            "name": one.name,
            "description": one.name,
            "taxonomy": one.taxonomy,
            "taxonomy_id": taxonomy_of(one.taxonomy)["id"] if one.taxonomy else None,
            "term_uri": uri(one.uri),
        }
    )


def terms(service: Service) -> list[tuple[str, Document]]:
    """Return the terms on *service*, each once: what each says about it, and the term.

    A term of ours that came back from another directory counts by needs and stages alone.
    """
    found = [
        (vocabulary.link_type, term(vocabulary, vocabulary.terms[each]))
        for vocabulary, keys in (
            (NEED_TAXONOMY, service.needs),
            (STAGE_TAXONOMY, service.eligibility),
        )
        for each in keys
        if each in vocabulary.terms
    ]
    theirs = [term_of(each) for each in service.terms if each.name]
    found += [("category", each) for each in theirs if of_ours(each["id"]) is None]
    once: dict[str, tuple[str, Document]] = {}
    for link, each in found:
        once.setdefault(each["id"], (link, each))
    return list(once.values())


def attributes(service: Service, service_id: str) -> list[Document]:
    """Return what terms say about *service*."""
    return [
        {
            "id": ids.within(service_id, f"attribute/{each['id']}"),
            "link_id": service_id,
            "taxonomy_term_id": each["id"],
            "link_type": link,
            "taxonomy_term": each,
        }
        for link, each in terms(service)
    ]


def vocabularies() -> list[Document]:
    """Return the taxonomies of ours."""
    return [taxonomy(each) for each in OURS]
