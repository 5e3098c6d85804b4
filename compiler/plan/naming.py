"""Every name that the output uses, made in one place."""

from compiler.values.names import VELERO_SCHEDULE_NAME_LIMIT

BACKUP_NAMESPACE = "kedge-backup"
SNAPSHOT_JOB = "etcd-snapshot"
SNAPSHOT_ADMISSION = "kedge-backup-pods"
SNAPSHOT_NO_EXEC = "kedge-backup-no-exec"
PROTECTION = "kedge"
SIGNING_SECRET = "etcd-snapshot-signing-key"  # noqa: S105 - a name
SIGNING_KEY = "signing-key"

# Key of a store's Secret that holds Velero's AWS-style profile file.
VELERO_CREDENTIAL_KEY = "cloud"

# The uid of everything in the snapshot job that need not be root; the tools image has this user.
TOOLS_UID = 65532


def velero_schedule(backup: str, location: str) -> str:
    """Return the name of a Velero Schedule: Velero adds 15 characters to it and uses it as a label value."""
    return checked_length(f"{backup}-{location}", VELERO_SCHEDULE_NAME_LIMIT)


def put_container(location: str) -> str:
    """Return the name of the container that puts snapshots to a location."""
    return f"put-{location}"


def etcd_prefix(prefix: str | None, cluster: str) -> str:
    """Return the path in the bucket that a cluster's etcd snapshots have; it is never Velero's, nor below or above it."""
    return "/".join(part for part in (prefix, cluster, "etcd") if part)


def velero_prefix(prefix: str | None, cluster: str) -> str:
    """Return the path in the bucket that belongs to a cluster's Velero alone."""
    return "/".join(part for part in (prefix, cluster, "velero") if part)


def checked_length(name: str, limit: int) -> str:
    """Return the name; one that is too long is our bug, since the model bounds what names are made of."""
    if len(name) > limit:
        raise ValueError(f"{name} has more than {limit} characters")
    return name


def alert_rules(cluster: str) -> str:
    """Return the name of the PrometheusRule of a cluster."""
    return f"kedge-{cluster}-backups"


def control_plane_alert_rules(cluster: str) -> str:
    """Return the name of the PrometheusRule about a cluster's etcd and certificates."""
    return f"kedge-{cluster}-control-plane"


def volume_policy(backup: str) -> str:
    """Return the name of the ConfigMap that says how a backup takes each storage class."""
    return f"kedge-volumes-{backup}"


def page_url(base: str | None, cluster: str, page: str) -> str:
    """Return where a page is read: below the URL that the spec states, else its path in the repository."""
    path = f"clusters/{cluster}/generated/runbooks/{page}"
    return f"{base.rstrip('/')}/{path}" if base else path


def credential_volume(location: str) -> str:
    """Return the name of the volume with the credential of a location."""
    return f"credential-{location}"
