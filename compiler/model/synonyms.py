"""Words that people write for a key or a value of the spec: earlier versions of kedge, and the words of other tools."""

from collections.abc import Mapping
from types import MappingProxyType

from compiler.model.patterns import KUBERNETES, VELERO

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "controlPlane": "etcd",
        "image": "etcd.cronJob.image",
        "capture": "captureTimeout",
        "upload": "uploadTimeout",
        "ttl": "retention",
        "keep": "retention",
        "cron": "schedule",
        "location": "to",
        "locations": "to",
        "destination": "to",
        "tz": "timeZone",
        "nodes": "hosts",
        "ip": "address",
        "ram": "memory",
        "az": "zone",
        "datacenter": "site",
        "dc": "site",
        "objectLock": "lock",
        "worm": "lock",
        "pdb": "disruptionBudget",
        "podDisruptionBudget": "disruptionBudget",
        "priorityClass": "priority",
        "priorityClasses": "priorities",
        "resourceQuota": "quota",
        "limitRange": "limits",
    }
)
"""Key that people write to where its value belongs, seen from the same section; it counts where that section has the first step."""

VALUES: Mapping[str, str] = MappingProxyType(
    {
        "thief": "credential-theft",
        "theft": "credential-theft",
        "ransomware": "credential-theft",
        "human-error": "operator-error",
        "deletion": "operator-error",
        "node": "host",
        "az": "zone",
        "region": "site",
        "datacenter": "site",
        "power": "feed",
        "prod": "production",
    }
)
"""Word that people write to the member of an enum; it counts where the enum has that member."""


def value(written: object, expected: list[str]) -> str:
    """Return the expected word that was meant, or nothing."""
    meant = VALUES.get(str(written).lower(), "")
    return meant if meant in expected else ""


def release(written: object) -> str:
    """Return a supported release that was written with a leading `v`, or nothing."""
    stripped = str(written).removeprefix("v")
    known = any(pattern.fullmatch(stripped) for pattern in (KUBERNETES, VELERO))
    return stripped if known and stripped != written else ""
