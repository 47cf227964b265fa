"""Terms and words of sources to needs of ours."""

from functools import cache
from pathlib import Path

import pytest

from directory.model import Gender, TaxonomyTerm
from directory.oruk import mapping
from directory.oruk.mapping import BrokenMapping, Meant

ROOT = Path(__file__).parents[3]


@cache
def shipped():
    return mapping.read_mapping((ROOT / "packs" / "terms.toml").read_text("utf-8"))


def meant(name="A name", description="Words.", *terms, taxonomy=None):
    return mapping.meant(
        shipped(), [TaxonomyTerm("7", term, taxonomy) for term in terms], name, description
    )


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("North Bristol Foodbank", ("food",)),
        ("Citizens Advice Bristol", ("advice_general",)),
        ("Bristol Refugee Rights", ("asylum_support",)),
        ("Refuge for women", ("women",)),
        ("ESOL for beginners", ("esol",)),
        ("Deaf social club and tenants", ("disability", "community_social", "housing")),
        ("Carpet cleaning", ()),
        ("Wildlife project", ()),
        ("Women's Institute", ("community_social",)),
        ("Men and women's choir", ("community_social",)),
    ],
)
def test_names_say_what_a_service_is(name, needs):
    assert meant(name).needs == needs


@pytest.mark.parametrize(
    ("description", "needs"),
    [
        ("We give free food parcels.", ("food",)),
        ("Please volunteer at the food bank.", ()),
        ("Debt advice, and English classes.", ("debt", "esol")),
        ("English classes, and debt advice.", ("esol", "debt")),
        ("We are near the library and the health centre.", ()),
        ("Words. " * 200 + "Food bank.", ()),
    ],
)
def test_descriptions_count_where_they_leave_no_doubt(description, needs):
    assert meant(description=description).needs == needs


def test_terms_are_known_by_name_slug_or_part_of_a_path():
    assert meant("x", "y", "Things-To-Do").needs == ("community_social",)
    assert meant("x", "y", "People>Older people").needs == ("older_people",)
    assert meant("x", "y", "food").needs == ("food",)
    assert meant("x", "y", "money_benefits").needs == ("money_benefits",)
    found = meant("x", "y", "Zebras", "Zebras", "Carers")
    assert (found.needs, found.unmapped) == ((), ("Zebras",))


def test_an_audience_says_for_whom_and_not_what():
    some = meant("Drop in", "y", "Women", "Low income", taxonomy="audience")
    assert (some.needs, some.gender) == (("community_social", "women"), Gender.WOMEN)
    every = ["Women", "Men", "Disabled people", "Dementia"]
    assert meant("Drop in", "y", *every, taxonomy="audience").needs == ("community_social",)


def test_for_women_and_men_is_for_any():
    assert meant("Yoga", "y", "Women", "Men", taxonomy="suitabilities") == Meant(
        (), (), Gender.ANY, ()
    )


def test_a_citys_own_rows_come_first():
    own = mapping.read_mapping(
        '[[term]]\nnames = ["things to do"]\nneeds = ["volunteering"]\neligibility = ["refugee"]\n'
        '[[word]]\nwords = ["food*"]\nneeds = ["destitution"]\ngender = "men"\n',
        shipped(),
    )
    found = mapping.meant(own, [TaxonomyTerm("1", "Things to do")], "Foodbank", "x")
    assert found.needs == ("destitution", "food", "volunteering")
    assert (found.eligibility, found.gender) == (("refugee",), Gender.MEN)


@pytest.mark.parametrize(
    "text",
    [
        "[[term]",
        "[[other]]\nnames = []",
        "term = 3",
        '[[term]]\nnames = "food"',
        '[[term]]\nnames = ["*"]',
        '[[term]]\nnames = ["a"]\nneeds = ["flying"]',
        '[[term]]\nnames = ["a"]\neligibility = ["kings"]',
        '[[term]]\nnames = ["a"]\ngender = "robots"',
        '[[term]]\nnames = ["a"]\nneed = ["food"]',
        '[[word]]\nwords = ["a"]\neverywhere = 1',
        "[[word]]\nneeds = []",
    ],
)
def test_a_row_that_is_wrong_is_refused(text):
    with pytest.raises(BrokenMapping):
        mapping.read_mapping(text)
