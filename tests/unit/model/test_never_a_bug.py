"""Whatever a spec contains, the answer is findings or a plan, never a bug of ours."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler import pipeline
from tests.rules import cases
from tests.unit.model.test_json_schema import model_takes
from tests.unit.model.whole import at, nodes, whole, with_value

EXTREMES: tuple[Any, ...] = (
    0, 1, 2, 10000, 2**63 - 1, 1000000000, "7Ei", "1n", "8E", "0", "36500d", "1s", "100%", "0%", "* * * * *",
    "0 0 29 2 *", "30 2 * * *", "0 0 1 1 *", "Africa/Casablanca", "Europe/Berlin", "one", "default", "fd00::1", "managed",
    "kubeadm", "lab", "production", "external", "snapshot", "none", True, False, [], {}, ["one"], ["host", "feed", "site"],
    ["credential-theft", "operator-error", "zone"],
)  # fmt: skip
PATHS = [path for path in nodes(whole()) if path[0] == "spec"]
CHANGES = [(path, value) for path in PATHS for value in EXTREMES]
SHAPELY = [(path, value) for path, value in CHANGES if model_takes(with_value(path, value))]
"""Changes that the shape lets through, so that references, proofs, rules and the plan see them."""


def sound() -> dict[str, Any]:
    """Return the spec with every field, with the names in it made to lead somewhere, so that rules and plan are reached."""
    tree = whole()
    tree["metadata"]["name"] = cases.CASE
    text = json.dumps(tree).replace('"offsite"', '"one"').replace('"ceph-rbd"', '"one"').replace('"critical"', '"one"')
    for host in ("cp1", "cp2", "cp3", "w1", "w2", "w3", "etcd1", "etcd2", "etcd3"):
        text = text.replace(f'"{host}"', '"one"')
    tree = json.loads(text.replace('"payments"', '"one"').replace('["one", "one", "one"]', '["one"]'))
    spec = tree["spec"]
    spec["etcd"].pop("hosts")
    spec["pools"]["one"].pop("hosts")
    for runner in ("hostTimer", "provider"):
        spec["backups"]["etcd"].pop(runner)
    spec["gitops"].pop("flux")
    spec["namespaces"]["one"]["workloads"]["one"]["disruptionBudget"].pop("minAvailable")
    spec["waivers"] = []
    return dict(tree)


def test_sizes_at_their_very_limit_are_answered() -> None:
    tree = sound()
    tree["spec"]["etcd"] |= {"quota": "1Ei", "expectedData": "1Ei", "disk": "1Gi", "memory": "1Gi"}
    tree["spec"]["namespaces"] |= {f"n{i}": {"quota": {"requests.memory": "1Ei"}} for i in range(20)}
    checked = cases.judged(cases.files(json.dumps(tree)))
    assert checked.plan is not None
    assert any("more than 8Ei" in f.message for f in checked.findings)


def test_sound_spec_reaches_the_plan() -> None:
    checked = cases.judged(cases.files(json.dumps(sound())))
    assert checked.plan is not None, [f.message for f in checked.findings]


@settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.sampled_from(SHAPELY) | st.sampled_from(CHANGES), min_size=1, max_size=4))
def test_changed_spec_is_answered(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    tree = sound()
    for path, value in changes:
        try:
            at(tree, path[:-1])[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    repository = cases.files(json.dumps(tree))
    checked = cases.judged(repository)
    assert cases.printed(repository, checked.findings) or checked.plan is not None
    if checked.plan is not None:
        assert pipeline.build(checked)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    repository = cases.files(text)
    assert cases.printed(repository, cases.judged(repository).findings)
