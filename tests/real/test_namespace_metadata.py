"""What a team sets on a managed Namespace stays through every sync, and what the spec states is taken back."""

from __future__ import annotations

import json
from typing import Any

from compiler import pipeline
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.rules import cases

SPEC = "namespaces: {shop: {labels: {team: shop}, annotations: {linkerd.io/inject: enabled}}}"


def test_labels_and_annotations_of_others_stay_and_those_of_the_spec_come_back() -> None:
    output = pipeline.build(cases.judged(cases.files(cases.over_base(SPEC))))
    (emitted,) = [content.decode() for path, content in output.items() if path.endswith("/namespace.shop.yaml")]
    with Bed() as bed:
        checked(bed.apply_ssa(emitted))
        checked(bed.kubectl("label", "namespace", "shop", "cost-centre=42", "team=other", "--overwrite"))
        checked(bed.kubectl("annotate", "namespace", "shop", "field.cattle.io/projectId=c-1:p-2"))
        checked(bed.apply_ssa(emitted))
        metadata: dict[str, Any] = json.loads(checked(bed.kubectl("get", "namespace", "shop", "-o", "json")))[
            "metadata"
        ]
    assert (metadata["labels"]["cost-centre"], metadata["labels"]["team"]) == ("42", "shop")
    assert metadata["annotations"]["field.cattle.io/projectId"] == "c-1:p-2"
    assert metadata["annotations"]["linkerd.io/inject"] == "enabled"
