"""Pages of one shape are made from one form: what a cluster's pages say does not depend on which clusters came before it."""

import pytest

from compiler.render import page_form
from compiler.render.form import MARK, form, slot
from tests.unit.runbooks.clusters import PLANS, pages


@pytest.mark.parametrize("case", PLANS)
def test_pages_are_the_same_after_those_of_all_other_clusters(case: str) -> None:
    page_form.page_form.cache_clear()
    first = pages(PLANS[case]())
    for other in PLANS.values():
        pages(other())
    assert pages(PLANS[case]()) == first


@pytest.mark.parametrize("case", PLANS)
def test_no_slot_of_a_page_stays_open(case: str) -> None:
    assert [name for name, content in pages(PLANS[case]()).items() if MARK.encode() in content] == []


def test_forms_are_shared_by_clusters_of_one_shape() -> None:
    page_form.page_form.cache_clear()
    made = [len(pages(PLANS["payments-eu"]())) for _ in range(3)]
    assert page_form.page_form.cache_info().misses == made[0] - 1  # The index has no form.


def test_a_form_is_filled_wherever_a_slot_occurs() -> None:
    assert form(f"{slot('a')} and {slot('b')}, {slot('a')}").filled({"a": "1", "b": "2"}) == "1 and 2, 1"


def test_a_value_that_is_missing_is_our_bug() -> None:
    with pytest.raises(KeyError):
        form(slot("a")).filled({})
