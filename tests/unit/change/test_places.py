"""Where backups of a host's timer are: no object of the API says it, so the settings do."""

import pytest

from compiler import pipeline
from compiler.change.delivered import delivered
from compiler.change.places import left_behind, places
from tests.rules import cases

LEFT = "s3.paris.example.net/case-dr/case/etcd"
FOLDER = "clusters/case/generated"
TIMER = (
    "etcd: {placement: external, hosts: [w1, w2, cp1]}\nbackups: {etcd: {cronJob: null, hostTimer: {watchedBy: Head}}}"
)


def _checked(fragment: str) -> pipeline.Checked:
    return cases.judged(cases.files(cases.over_base(fragment)))


@pytest.mark.parametrize(
    ("after", "moved"),
    [
        (TIMER, ()),
        (f"{TIMER}\nlocations: {{offsite: {{bucket: case-dr2}}}}", (f"copies/offsite/{LEFT}",)),
        ("tier: production", ()),
    ],
    ids=["same", "another-bucket", "a-job-at-the-same-place"],
)
def test_the_settings_of_a_hosts_timer_say_where_its_snapshots_are(after: str, moved: tuple[str, ...]) -> None:
    before = pipeline.build(_checked(TIMER))
    files = cases.MemoryFiles(
        {f"{FOLDER}/{path}": content.decode(errors="replace") for path, content in before.items()}
    )
    new = _checked(after)
    assert left_behind(delivered(files, FOLDER), pipeline.build(new), places(new.plan)) == moved


def test_settings_that_cannot_be_read_count_as_moved() -> None:
    built = pipeline.build(_checked(TIMER))
    broken = built | {"host/locations/offsite": b"BUCKET='"}
    files = cases.MemoryFiles(
        {f"{FOLDER}/{path}": content.decode(errors="replace") for path, content in broken.items()}
    )
    assert left_behind(delivered(files, FOLDER), built, ()) == ("copies/offsite",)
