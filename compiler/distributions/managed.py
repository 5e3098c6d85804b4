"""A managed control plane (EKS, GKE, AKS and their like): the provider runs and backs up etcd, and nothing of it can be reached."""

from compiler.distributions.capabilities import Distribution, Provider

MANAGED = Distribution(
    name="managed",
    meaning="the provider does, and only applications are yours to back up",
    control_plane=Provider(),
    files=None,
    etcd=None,
    join=None,
    runners=("provider",),
)
