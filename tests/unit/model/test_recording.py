"""A view reads like the spec and notes exactly the leaves that were reached."""

import pytest

from compiler.model.recording import path_of, recorded
from tests.unit.proofs.specs import spec


def test_a_leaf_is_noted_in_the_spelling_of_the_spec() -> None:
    view, reads = recorded(spec())
    backup = view.backups.etcd
    assert backup is not None
    assert backup.capture_timeout == 300
    assert reads.paths() == (("spec", "backups", "etcd", "captureTimeout"),)


def test_a_section_is_no_leaf_until_it_is_absent() -> None:
    view, reads = recorded(spec())
    assert view.promise.control_plane is not None
    assert reads.paths() == ()
    assert view.promise.applications is None
    assert reads.paths() == (("spec", "promise", "applications"),)


def test_names_of_a_map_are_no_leaves_and_what_is_below_them_is() -> None:
    view, reads = recorded(spec())
    assert "cp1" in view.hosts and len(view.hosts) == 5
    assert reads.paths() == ()
    assert [host.address for name, host in view.hosts.items() if name == "cp1"] == ["10.20.0.11"]
    assert reads.paths() == (("spec", "hosts", "cp1", "address"),)


def test_an_empty_map_is_a_leaf() -> None:
    view, reads = recorded(spec())
    assert not view.priorities
    assert reads.paths() == (("spec", "priorities"),)


def test_a_leaf_is_noted_once() -> None:
    view, reads = recorded(spec())
    assert view.tier == view.tier == "production"
    assert reads.paths() == (("spec", "tier"),)


def test_an_unknown_field_is_an_error() -> None:
    view, _ = recorded(spec())
    with pytest.raises(AttributeError):
        _ = view.people.nobody  # type: ignore[attr-defined]


def test_a_section_knows_where_it_is() -> None:
    view, _ = recorded(spec())
    assert path_of(view.locations["offsite"]) == ("spec", "locations", "offsite")
