"""The three files that a client of kubeadm's etcd needs; their folder also holds the key of etcd's CA and is never mounted."""

FOLDER = "/etc/kubernetes/pki/etcd"
# kubeadm makes the client's pair for the health check of its own static pod.
FILES = ("ca.crt", "healthcheck-client.crt", "healthcheck-client.key")


def path(file: str) -> str:
    """Return where a file is on a control-plane host."""
    return f"{FOLDER}/{file}"


def volume(file: str) -> str:
    """Return the name of the volume that holds a file."""
    return file.replace(".", "-")
