"""What a process does to the files of a folder, call by call, as strace tells it."""

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_CALLS = (
    *("open", "openat", "creat", "lseek", "dup", "dup2", "dup3"),
    *("write", "pwrite64", "writev", "pwritev", "pwritev2", "copy_file_range", "sendfile", "splice"),
    *("truncate", "ftruncate", "fallocate", "fsync", "fdatasync", "sync", "syncfs"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"),
    *("symlink", "symlinkat", "mkdir", "mkdirat", "rmdir"),
)
_LINE = re.compile(r"(\w+)\((.*)\) += (\d+)(<.*>)?.*")
_PART = re.compile(r'(AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?|"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Call:
    """A call that did what it was asked for.

    `descriptors` are file descriptors with the path of the file of each, "" for one that has none any more; `texts`
    what it was handed, paths made absolute; `rest` the other arguments, flags and numbers; `result` what it returned.
    """

    name: str
    descriptors: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    texts: list[bytes] = field(default_factory=list[bytes])
    rest: str = ""
    result: int = 0

    @property
    def numbers(self) -> list[int]:
        """The numbers among the other arguments."""
        return [int(one) for one in re.findall(r"(?<![\w.])\d+(?!\w)", self.rest)]


def recorded(command: Sequence[str], trace: Path, talk: Callable[["subprocess.Popen[bytes]"], None]) -> list[Call]:
    """Run a command under strace, talk with it, and return its calls in the order in which they ended.

    `trace` is the file that strace writes. Asserts that the command ends well, once its standard input is closed.
    """
    tracing = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-e", f"trace={','.join(_CALLS)}", "-o", str(trace)]
    with subprocess.Popen([*tracing, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            talk(process)
            assert process.stdin
            process.stdin.close()
            assert process.wait(60) == 0
        finally:
            process.kill()
    with trace.open(encoding="ascii") as lines:
        return list(_calls(lines))


def _calls(lines: Iterable[str]) -> Iterator[Call]:
    begun: dict[str, str] = {}
    for line in lines:
        process, _, told = line.rstrip("\n").partition(" ")
        told = told.strip()
        if told.endswith("<unfinished ...>"):
            begun[process] = told.removesuffix("<unfinished ...>")
            continue
        if told.startswith("<... "):
            told = begun.pop(process) + told.partition(" resumed>")[2]
        if match := _LINE.fullmatch(told):
            yield _call(match[1], match[2], int(match[3]), match[4] or "")


def _call(name: str, arguments: str, result: int, opened: str) -> Call:
    call, base = Call(name, rest=_PART.sub("", arguments), result=result), ""
    for number, path, deleted, text in _PART.findall(arguments):
        if number:
            base = _plain(path).decode()
            if number != "AT_FDCWD":
                call.descriptors.append((int(number), "" if deleted else base))
        elif name.endswith(("at", "at2")):
            call.texts.append(os.path.join(base, _plain(text).decode()).encode())  # noqa: PTH118 - as the kernel does
        else:
            call.texts.append(_plain(text))
    if opened:
        call.descriptors.append((result, _plain(opened[1:-1]).decode()))
    return call


def _plain(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
