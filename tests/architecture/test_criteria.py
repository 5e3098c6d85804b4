"""No measure is at its alarm."""

import pytest

from tests.architecture.criteria import Row, rows


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.criterion}: {row.what}")
def test_measure_is_not_at_its_alarm(row: Row) -> None:
    assert not row.alarm, f"{row.what}: {row.value:.4g}, and {row.aim} is aimed at"
