"""Pages of one shape are made from one form: what a cluster's pages say does not depend on which clusters came before it."""

from collections.abc import Iterator

import pytest

from compiler.facts.test_record import Run
from compiler.render import page_form
from compiler.render.form import MARK, form, slot
from tests.rules import cases
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


WAIVER = """
promise: {controlPlane: {rpo: 30m, rto: 2h}, applications: {rpo: 26h, rto: 8h}}
namespaces: {shop: {}}
backups: {applications: {shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite]}}}
waivers: [{rule: schedule-meets-rpo, at: AT, reason: Second site in March, approver: Head of IT, expires: 2099-03-01}]
"""


@pytest.mark.parametrize(
    ("at", "touched"),
    [
        (
            "spec.people",
            {
                "README.md",
                "backup-missing.md",
                "etcd-database-full.md",
                "etcd-member-lost.md",
                "etcd-quorum-lost.md",
                "namespace-deleted.md",
            },
        ),
        ("spec.backups.etcd.schedule", {"README.md", "backup-missing.md"}),
        ("spec.storageClasses.ceph-rbd", {"README.md"}),
    ],
)
def test_waiver_is_listed_on_the_index_and_on_the_pages_made_from_what_it_waives(at: str, touched: set[str]) -> None:
    decided = cases.judged(cases.files(cases.over_base(WAIVER.replace("AT", at)))).plan
    assert decided is not None
    line = f"`schedule-meets-rpo` at `{at}` is waived until 2099-03-01 by Head of IT: Second site in March\n"
    assert {name for name, content in pages(decided).items() if line in content.decode()} == touched


@pytest.fixture
def unrecorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The slugs that no test ran; a test ran every other step."""
    slugs: set[str] = set()
    run = Run(distribution="kubeadm", digest="", versions=(), hosts=1, seconds=1.0)
    monkeypatch.setattr(page_form, "proven", lambda step, _: None if step.slug in slugs else run)
    page_form.page_form.cache_clear()
    yield slugs
    page_form.page_form.cache_clear()


@pytest.mark.parametrize(
    ("slugs", "words"),
    [
        ({"identify-host"}, "; read its result before you go on."),
        ({"identify-host", "check-etcd"}, "; read their results before you go on."),
    ],
)
def test_steps_that_no_test_ran_are_worded_by_their_number(slugs: set[str], words: str, unrecorded: set[str]) -> None:
    unrecorded |= slugs
    assert words in pages(PLANS["payments-eu"]())["etcd-quorum-lost.md"].decode()
