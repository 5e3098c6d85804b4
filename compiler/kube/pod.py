"""Parts of pods: environment, volumes, and the least power that a container can run with."""

from collections.abc import Mapping


def environment(values: Mapping[str, str], fields: Mapping[str, str] | None = None) -> list[dict[str, object]]:
    """Return a container's environment: constants, then fields of the pod by the downward API. The API stores no empty value."""
    variables: list[dict[str, object]] = [
        {"name": name, "value": value} if value else {"name": name} for name, value in values.items()
    ]
    variables += [
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in (fields or {}).items()
    ]
    return variables


def mount(volume: str, path: str, *, read_only: bool = False) -> dict[str, object]:
    """Return where a container sees a volume."""
    mounted: dict[str, object] = {"name": volume, "mountPath": path}
    if read_only:
        mounted["readOnly"] = True
    return mounted


def confined(uid: int | None = None) -> dict[str, object]:
    """Return the security context of a container without any capability, under the pod's user or under `uid`."""
    context: dict[str, object] = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    if uid is not None:
        context |= {"runAsUser": uid, "runAsNonRoot": uid != 0}
    return context


def scratch(name: str, size: str) -> dict[str, object]:
    """Return an emptyDir that may grow to `size`."""
    return {"name": name, "emptyDir": {"sizeLimit": size}}


def host_file(name: str, path: str) -> dict[str, object]:
    """Return a volume of one existing file of the host: never a folder, which would bring its neighbours along."""
    return {"name": name, "hostPath": {"path": path, "type": "File"}}


def secret(name: str, secret_name: str) -> dict[str, object]:
    """Return a volume with a Secret's keys as files that the pod's group can read."""
    return {"name": name, "secret": {"secretName": secret_name, "defaultMode": 0o440}}
