"""Which cluster a file is about."""

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import ClusterName


class Metadata(Section):
    """Cluster metadata."""

    name: ClusterName = Field(
        description=(
            "Name of the cluster, equal to its folder. At most 30 characters, so that the names made from it stay"
            " within Kubernetes' limits."
        ),
        examples=["payments-eu"],
    )
    renamed_from: ClusterName | None = Field(
        default=None,
        description=(
            "First name of a renamed cluster. Its backups stay under that name in the buckets. After a second renaming it is still the"
            " first name."
        ),
        examples=["payments"],
    )

    @property
    def stored_as(self) -> str:
        """The name that the paths of its backups in a bucket are made from."""
        return self.renamed_from or self.name
