"""One publisher per cluster at a time: an advisory lock on the cluster's own directory, so no lock file is left."""

import errno
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from compiler.workspace.failure import EnvironmentFailure

WAIT_SECONDS = 10.0
"""How long to wait for another publisher; one takes milliseconds, so more means that it hangs."""

_PAUSE_SECONDS = 0.005
_WITHOUT_LOCKS = (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EBADF, errno.EINVAL)


@contextmanager
def locked(directory: int, wait: float = WAIT_SECONDS, shared: bool = False) -> Iterator[None]:
    """Hold the lock of an open directory; readers share it. The kernel takes it back when the process dies.

    Raises EnvironmentFailure when the wait is over. A file system without such locks (some NFS) is used without.
    """
    mode = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
    deadline = time.monotonic() + wait
    while not _taken(directory, mode):
        if time.monotonic() >= deadline:
            raise EnvironmentFailure(
                "write output", "another kedge holds this cluster", "wait for it to end, or end it"
            )
        time.sleep(_PAUSE_SECONDS)
    try:
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(directory, fcntl.LOCK_UN)


def _taken(directory: int, mode: int) -> bool:
    """Return whether the lock is held now, or the file system has none."""
    try:
        fcntl.flock(directory, mode)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _WITHOUT_LOCKS:
            raise
    return True
