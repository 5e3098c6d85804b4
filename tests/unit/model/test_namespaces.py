"""The quota keys: one table, the same keys as the type."""

from typing import get_args

from compiler.model.namespaces import QUOTA_KEYS, QuotaKey


def test_every_quota_key_has_its_kind() -> None:
    assert tuple(QUOTA_KEYS) == get_args(QuotaKey)


def test_keys_of_requests_and_limits_are_not_counts_of_objects() -> None:
    assert {key for key, kind in QUOTA_KEYS.items() if not kind.counts_objects} == {
        key for key in QUOTA_KEYS if key.startswith(("requests.", "limits."))
    }
