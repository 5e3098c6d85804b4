"""Locations: the buckets that backups are put into."""

from typing import Literal

from pydantic import Field

from compiler.model.base import Section
from compiler.model.scalars import Bucket, Certificates, Duration, Name, Prefix, Region, StoreUrl, Text

_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBUTCCAQOgAwIBAgIUe+KBOfHEIpsFeLh5cTmnmQCmEVEwBQYDK2VwMB0xGzAZ
BgNVBAMMEkV4YW1wbGUgc3RvcmUgQ0EgMjAgFw0yNjExMjExODEyMDFaGA8yMTI2
MTAyODE4MTIwMVowHTEbMBkGA1UEAwwSRXhhbXBsZSBzdG9yZSBDQSAyMCowBQYD
K2VwAyEATC+0hZOb0R2H4quIHUC9AwZETR4NqPJhkb+J/KVQNO2jUzBRMB0GA1Ud
DgQWBBRxfRc+6BM401f0z0nWesR5lv3r+jAfBgNVHSMEGDAWgBRxfRc+6BM401f0
z0nWesR5lv3r+jAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBAGZhkDJuHyIVlqyt
gLoXxYMFRAiE5oX0pqWN6uXN3eqvman22NHcZfePJ0/ZvtEVPINVuHPGHpOsqN93
Mvfe0w8=
-----END CERTIFICATE-----
"""


class Lock(Section):
    """Object Lock of the bucket: what is put cannot be changed or removed for a time."""

    mode: Literal["governance", "compliance"] = Field(
        description=(
            "`compliance`: nobody can shorten it, not even the account's root. `governance`: a person with a special"
            " right can."
        ),
        examples=["compliance"],
    )
    retention: Duration = Field(description="Default retention of the bucket's Object Lock.", examples=["30d"])


class Credential(Section):
    """Name of a Secret that must exist in the cluster; its content never passes through kedge."""

    secret: Name = Field(
        description="Name of the Secret, in the namespace of the job that uses it.", examples=["offsite-writer"]
    )


class Location(Section):
    """A bucket that backups are put into."""

    bucket: Bucket = Field(description="Name of the bucket. Versioning must be on.", examples=["payments-eu-dr"])
    prefix: Prefix | None = Field(
        default=None,
        description=(
            "Path inside the bucket. Default: none. kedge adds the cluster's name, and `etcd` and `velero` below it."
        ),
        examples=["dr"],
    )
    endpoint: StoreUrl = Field(description="URL of the S3 service.", examples=["https://s3.paris.example.net"])
    ca: Certificates | None = Field(
        default=None,
        description=(
            "Certificates that the store's own is signed by, where that is a private CA. The snapshot job and Velero then trust these and"
            " no other. Default: the public CAs that their images know."
        ),
        examples=[_CERTIFICATE],
    )
    region: Region = Field(description="Region of the bucket, as requests are signed with it.", examples=["eu-west-3"])
    site: Name | None = Field(
        default=None,
        description="Site of the store. A copy on the cluster's own site is lost with the site.",
        examples=["paris"],
    )
    zone: Name | None = Field(
        default=None, description="Availability zone, where the store lives in only one.", examples=["eu-west-3a"]
    )
    in_cluster: bool = Field(
        default=False,
        description=(
            "The store runs inside this very cluster. Such a copy cannot be read when the cluster is down. Default"
            " false."
        ),
        examples=[False],
    )
    account: Text | None = Field(
        default=None,
        description="Account that owns the bucket. Use another one than the cluster's: stolen credentials of the cluster do not reach it.",
        examples=["backup-vault"],
    )
    lock: Lock | None = Field(
        default=None,
        description=(
            "Object Lock. Without it whoever can write can overwrite, and a deletion by mistake or with stolen credentials is final."
        ),
        examples=[{"mode": "compliance", "retention": "30d"}],
    )
    credential: Credential = Field(description="Secret of the writer.", examples=[{"secret": "offsite-writer"}])

    @property
    def encrypted_in_transit(self) -> bool:
        """Whether the store is reached by TLS."""
        return self.endpoint.startswith("https://")
