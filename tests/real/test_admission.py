"""A real kube-apiserver admits every object of every example, keeps it as it was written, and refuses a misspelt field."""

from __future__ import annotations

import json
from typing import Any

from tests.real.conftest import Count, Standing, named
from tests.real.examples import Object
from tests.real.harness.process import until


def test_the_api_server_has_the_minor_that_the_spec_names(standing: Standing) -> None:
    version = json.loads(standing.bed.kubectl("version", "-o", "json").stdout)["serverVersion"]
    assert f"{version['major']}.{version['minor']}" == standing.example.plan.cluster.kubernetes.minor


def test_the_base_is_admitted_whole_where_no_custom_resource_is_known(standing: Standing) -> None:
    done = standing.applied.get("base")
    assert done is None or (done.returncode, done.stderr) == (0, "")


def test_every_object_is_admitted(standing: Standing, count: Count) -> None:
    assert {layer: done.stderr for layer, done in standing.applied.items() if done.returncode} == {}
    wanted = {named(wanted) for wanted in standing.example.objects()}
    assert set(standing.live()) == wanted
    count("admission objects", len(wanted))


def test_the_api_stores_every_field_as_it_was_written(standing: Standing) -> None:
    live = standing.live()
    drift = {named(wanted): _drift(wanted, live[named(wanted)]) for wanted in standing.example.objects()}
    assert {name: found for name, found in drift.items() if found} == {}


def test_a_second_apply_writes_nothing(standing: Standing) -> None:
    def unmoved() -> bool:
        """Controllers write status of their own accord: what moves at every apply is what never becomes still."""
        before = _resource_versions(standing)
        assert all(standing.apply(layer).returncode == 0 for layer in standing.example.folders)
        return _resource_versions(standing) == before

    until(unmoved, "an apply that moves no resourceVersion", timeout=120)


def test_a_misspelt_field_is_refused_in_every_object(standing: Standing, count: Count) -> None:
    objects = list(standing.example.objects())
    admitted = [named(wanted) for wanted in objects if not _refused(standing, _misspelt(wanted))]
    assert admitted == []
    count("misspelt fields", len(objects))


def _name(wanted: Object) -> str:
    return f"{wanted['kind']}/{wanted['metadata']['name']}"


def _drift(sent: Any, stored: Any, at: str = "") -> list[str]:
    """Fields that were sent and are stored otherwise; what the server adds is its own affair, but not to a list."""
    if isinstance(sent, dict) and isinstance(stored, dict):
        return [fault for key, value in sent.items() for fault in _drift(value, stored.get(key), f"{at}.{key}")]
    if isinstance(sent, list) and isinstance(stored, list) and len(sent) == len(stored):
        pairs = enumerate(zip(sent, stored, strict=True))
        return [fault for number, (ours, theirs) in pairs for fault in _drift(ours, theirs, f"{at}[{number}]")]
    same = type(sent) is type(stored) and sent == stored  # True == 1 in Python, not in an API
    return [] if same else [f"{at}: sent {sent!r}, stored {stored!r}"]


def _resource_versions(standing: Standing) -> dict[str, str]:
    return {name: found["metadata"]["resourceVersion"] for name, found in standing.live().items()}


def _misspelt(wanted: Object) -> Object:
    """The object with one key more in its spec, or beside its data, one letter off the last key there."""
    inner = wanted.get("spec", wanted)
    key = list(inner)[-1]
    inner[f"{key}x"] = inner[key]
    return wanted


def _refused(standing: Standing, wanted: Object) -> bool:
    """Whether strict validation names the unknown field; nothing is stored either way."""
    strict = ("apply", "--server-side", "--validate=strict", "--force-conflicts", "--dry-run=server", "-f", "-")
    done = standing.bed.kubectl(*strict, input=json.dumps(wanted))
    return done.returncode != 0 and ("unknown field" in done.stderr or "not declared in schema" in done.stderr)
