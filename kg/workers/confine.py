"""What a process that evaluates clients' queries gives up: memory beyond a cap, core files, the network."""

import ctypes
import platform
import resource
import struct
import sys

# Linux: prctl(2), seccomp(2), and the classic BPF of linux/filter.h.
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""By machine: the audit architecture and the number of the call socket(2)."""


def confine(memory_mib: int, *, network: bool) -> None:
    """Cap this process's address space and, but for `network`, forbid it sockets, where the system can.

    No error where it cannot.
    """
    _limit(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, memory_mib << 20)
        if not network:
            _forbid_sockets()


def _limit(what: int, size: int) -> None:
    _, hard = resource.getrlimit(what)
    soft = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(what, (soft, hard))


def _forbid_sockets() -> bool:
    """Install a seccomp filter that answers socket(2) with EACCES; tell whether it stands."""
    if platform.machine() not in _SOCKET_CALL:
        return False
    architecture, call = _SOCKET_CALL[platform.machine()]
    # Each row: operation, jump if true, jump if false, operand. Offsets 4 and 0 are arch and nr of seccomp_data.
    rows = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 3, architecture),
        (_LOAD, 0, 0, 0),
        (_EQUAL, 0, 1, call),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rows), ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0)
