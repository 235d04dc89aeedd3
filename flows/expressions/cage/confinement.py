"""What a child may still ask of the kernel: memory, the clock, its one socket, and to end.

Everything else is refused with EPERM by a seccomp filter laid on before the child has read anything
of a run.
"""

import ctypes
import errno
import os
import resource
import signal
import struct

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_FILTER_MODE = 2
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_LOAD, _JUMP_EQUAL, _AND, _RETURN = 0x20, 0x15, 0x54, 0x06
_NUMBER_AT, _ARCH_AT, _THIRD_ARGUMENT_AT = 0, 4, 32
_PROT_EXEC = 4

# Audit architecture; calls taken as they are; calls taken if they ask for no executable memory.
_CALLS = {
    "x86_64": (
        0xC000003E,
        {
            "read": 0,
            "write": 1,
            "close": 3,
            "munmap": 11,
            "brk": 12,
            "rt_sigreturn": 15,
            "mremap": 25,
            "madvise": 28,
            "setitimer": 38,
            "exit": 60,
            "gettimeofday": 96,
            "futex": 202,
            "clock_gettime": 228,
            "exit_group": 231,
        },
        {"mmap": 9, "mprotect": 10},
    ),
    "aarch64": (
        0xC00000B7,
        {
            "read": 63,
            "write": 64,
            "close": 57,
            "munmap": 215,
            "brk": 214,
            "rt_sigreturn": 139,
            "mremap": 216,
            "madvise": 233,
            "setitimer": 103,
            "exit": 93,
            "gettimeofday": 169,
            "futex": 98,
            "clock_gettime": 113,
            "exit_group": 94,
        },
        {"mmap": 222, "mprotect": 226},
    ),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


_LIBC = ctypes.CDLL(None)
_LIBC.prctl.argtypes = [ctypes.c_int, *(ctypes.c_ulong,) * 4]


class Unconfined(OSError):
    """This machine cannot confine a process; the message says what it lacks."""


class Lock:
    """The filter, built once in the parent, so that a child only has to lay it on."""

    def __init__(self) -> None:
        machine = os.uname().machine
        if machine not in _CALLS:
            raise Unconfined(f"no system call filter is written for {machine} machines")
        self._code = ctypes.create_string_buffer(_program(*_CALLS[machine]))
        length = (len(self._code) - 1) // 8
        self._program = _Program(length, ctypes.cast(self._code, ctypes.c_void_p))
        self._address = ctypes.addressof(self._program)

    def close(self) -> None:
        """Confine this process for good. Raises Unconfined where the kernel will not."""
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_SECCOMP, _FILTER_MODE, self._address)


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends, in whatever way that happens."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended between the fork and the line above
        os._exit(1)


def set_limits(*, cpu_seconds: float, address_space: int) -> None:
    """Hard limits of the kernel: a second line behind those of the engine and the timers."""
    whole_seconds = int(cpu_seconds) + 2
    for limit, value in (
        (resource.RLIMIT_CPU, whole_seconds),
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def address_space() -> int:
    """Bytes that this process has mapped."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  (pathlib is too heavy here)
        return int(file.read().split()[0]) * resource.getpagesize()


def _prctl(option: int, first: int, second: int = 0) -> None:
    if _LIBC.prctl(option, first, second, 0, 0):
        raise Unconfined("this kernel takes no seccomp filter")


def _program(arch: int, calls: dict[str, int], guarded: dict[str, int]) -> bytes:
    """The filter in classic BPF. Jumps count instructions; each check falls through when it fails."""
    code = [(_LOAD, 0, 0, _ARCH_AT), (_JUMP_EQUAL, 1, 0, arch), (_RETURN, 0, 0, _KILL)]
    code.append((_LOAD, 0, 0, _NUMBER_AT))
    for number in calls.values():
        code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for number in guarded.values():
        code += [
            (_JUMP_EQUAL, 0, 5, number),
            (_LOAD, 0, 0, _THIRD_ARGUMENT_AT),
            (_AND, 0, 0, _PROT_EXEC),
            (_JUMP_EQUAL, 0, 1, 0),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        ]
    code.append((_RETURN, 0, 0, _REFUSE))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
