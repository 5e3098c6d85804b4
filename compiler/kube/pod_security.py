"""Pod Security labels of a namespace, pinned to the cluster's minor so that an upgrade does not change what is admitted."""


def labels(level: str, minor: str) -> dict[str, str]:
    """Return enforce, audit and warn at one level, for a minor such as 1.35."""
    pinned = {}
    for mode in ("enforce", "audit", "warn"):
        pinned[f"pod-security.kubernetes.io/{mode}"] = level
        pinned[f"pod-security.kubernetes.io/{mode}-version"] = f"v{minor}"
    return pinned
