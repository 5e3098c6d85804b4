"""Exchange two directories in one step of the kernel, so that a reader sees the old tree or the new one.

Linux: renameat2 with RENAME_EXCHANGE (linux/fs.h: 2), from glibc 2.28. macOS: renameatx_np with RENAME_SWAP
(sys/stdio.h: 2). The standard library has neither.
"""

import errno
import os
import sys

_CALL = "renameatx_np" if sys.platform == "darwin" else "renameat2"
_SWAP = 2  # the same number in both kernels
_UNABLE = (errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP)


def exchange(parent: int, one: str, other: str) -> bool:
    """Exchange two names in the open directory `parent`; False where the file system or the C library cannot."""
    import ctypes  # 5 ms to import, and most runs change nothing

    try:
        call = getattr(ctypes.CDLL(None, use_errno=True), _CALL)
    except AttributeError:
        return False
    if call(parent, os.fsencode(one), parent, os.fsencode(other), ctypes.c_uint(_SWAP)) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNABLE:
        return False
    raise OSError(code, os.strerror(code), one)
