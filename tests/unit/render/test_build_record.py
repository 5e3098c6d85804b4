"""What is read of a record without its lists of output."""

import json
from pathlib import Path

import pytest

from compiler.render.build_record import stated

ROOT = Path(__file__).parents[3]
RECORDS = {path.parts[-3]: path.read_bytes() for path in ROOT.glob("clusters/*/generated/BUILD.json")}


@pytest.mark.parametrize("cluster", RECORDS)
def test_what_a_record_states_is_what_its_json_says(cluster: str) -> None:
    record, whole = stated(RECORDS[cluster]), json.loads(RECORDS[cluster])
    assert (record.version, record.inputs, record.identity) == (whole["kedge"], whole["inputs"], whole["identity"])


def test_the_lists_of_output_are_not_parsed() -> None:
    record = RECORDS["payments-eu"]
    assert stated(record.replace(b'"objects": [', b'"objects": ,')) == stated(record)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        json.dumps(json.loads(RECORDS["payments-eu"])).encode(),
        RECORDS["payments-eu"].replace(b' "identity": {', b' "identity": ['),
        RECORDS["payments-eu"].replace(b' "inputs": {', b' "inputs": {"bases/none.yaml": 1,'),
        RECORDS["payments-eu"].replace(b' "identity": {', b' "known": {'),
        b'{\n "kedge": "0.1.0",\n "files": {}\n}\n',
    ],
)
def test_a_record_of_another_layout_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        stated(content)
