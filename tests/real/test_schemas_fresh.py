"""The committed schemas of custom kinds are what the pinned Go modules give (needs Go and its module cache)."""

import pytest

from compiler.assets import asset
from compiler.render.gate import CUSTOM, IN_STEPS, MINORS, GroupKind, schema_file
from tools import trim

HAND_WRITTEN = {("kustomize.config.k8s.io/v1beta1", "Kustomization")}


@pytest.mark.parametrize("kind", trim.CRD_SOURCES, ids=" ".join)
def test_a_committed_schema_is_what_the_generator_makes(kind: GroupKind) -> None:
    assert asset(schema_file(MINORS[0], kind)).read_text("utf-8") == trim.crd_schema(kind)


def test_every_custom_kind_is_generated_or_written_by_hand() -> None:
    generated: set[GroupKind] = set(trim.CRD_SOURCES)
    assert generated | HAND_WRITTEN == CUSTOM | {kind for kind in IN_STEPS if kind[0] != "v1"}
