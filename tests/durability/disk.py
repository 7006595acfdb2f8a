"""A disk whose power fails: what it may hold of what a process did to a folder, up to some call.

The model is a journalling file system as ext4 with data=ordered is, at its worst. Of what was written to a file since
it was last synced, any sectors may have come and others not, in whatever order; where one did not come there is what
was there before, or zeros. What happened to names and lengths (files made, renamed, linked, deleted, cut off) comes in
order, as far as it came: at least up to the last fsync, or fdatasync of a folder, which commits the journal.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from durability.recording import Call

_SECTOR = 512
_MOVES_BYTES = ("writev", "pwritev", "pwritev2", "copy_file_range", "sendfile", "splice", "sync", "syncfs")


@dataclass
class _File:
    """A file: its first bytes, and what was done to it at which calls: bytes at an offset, lengths, syncs."""

    begun: bytes = b""
    writes: list[tuple[int, int, bytes]] = field(default_factory=list[tuple[int, int, bytes]])
    lengths: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    syncs: list[int] = field(default_factory=list[int])
    length: int = 0

    def write(self, number: int, offset: int, data: bytes) -> None:
        """Note bytes that are written."""
        self.writes.append((number, offset, data))
        self.length = max(self.length, offset + len(data))

    def cut(self, number: int, length: int) -> None:
        """Note a length that is given."""
        self.lengths.append((number, length))
        self.length = length

    def content(self, cut: int, journal: int, comes: Callable[[], bool]) -> bytes:
        """Return what is there after a power cut at a call, names and lengths having come up to another."""
        synced = max((one for one in self.syncs if one <= cut), default=-1)
        held = bytearray(self.begun)
        steps: list[tuple[int, int, bytes | None]] = [step for step in self.writes if step[0] <= cut]
        steps += [(number, length, None) for number, length in self.lengths if number <= max(journal, synced)]
        for number, at, data in sorted(steps, key=lambda step: step[0]):
            if data is None:
                held = held[:at].ljust(at, b"\0")
            else:
                _put(held, at, data, lambda number=number: number <= synced or comes())
        return bytes(held)


def _put(held: bytearray, at: int, data: bytes, comes: Callable[[], bool]) -> None:
    """Write the sectors of some bytes that come."""
    for begin in range(at - at % _SECTOR, at + len(data), _SECTOR):
        first, last = max(begin, at), min(begin + _SECTOR, at + len(data))
        if comes():
            held.extend(bytes(max(0, last - len(held))))
            held[first:last] = data[first - at : last - at]


@dataclass(frozen=True)
class _Symlink:
    target: str


_Node = _File | _Symlink | None
"""A file, a symbolic link, or a folder."""


class Disk:
    """Follows the calls of one process in a folder, which begins as a copy of it is: all of that is on the disk."""

    def __init__(self, begun: Path, folder: Path) -> None:
        self._folder = str(folder)
        self._first = _found(begun, folder)
        self._names = dict(self._first)
        self._journal: list[tuple[int, str, _Node, bool]] = []
        self._commits = [-1]
        self._positions: dict[int, int] = {}
        self._number = -1

    def follow(self, calls: Iterable[Call]) -> None:
        """Take in what calls do."""
        for call in calls:
            self._number += 1
            own = [path for _, path in call.descriptors if self._has(path)]
            own += [str(text, "utf-8", "replace") for text in call.texts if self._has(str(text, "utf-8", "replace"))]
            if own:
                assert call.name not in _MOVES_BYTES, f"not followed: {call}"
                getattr(self, f"_{call.name.removesuffix('2').removesuffix('at')}", self._other)(call)

    def fail(self, folder: Path, draw: random.Random) -> None:
        """Write into an empty folder what the disk holds when the power fails right after the last call."""
        at = self._number
        journal = draw.randint(self._commits[-1], at)
        share = draw.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        names = dict(self._first)
        for number, path, node, there in self._journal:
            if number <= journal:
                names.pop(path, None)
                if there:
                    names[path] = node
        made: dict[int, Path] = {}
        for path, node in sorted(names.items()):
            target = folder / Path(path).relative_to(self._folder)
            if node is None:
                target.mkdir(parents=True, exist_ok=True)
            elif isinstance(node, _Symlink):
                target.symlink_to(node.target)
            elif id(node) in made:
                target.hardlink_to(made[id(node)])
            else:
                made[id(node)] = target
                target.write_bytes(node.content(at, journal, lambda: draw.random() < share))

    def _has(self, path: str) -> bool:
        return f"{path}/".startswith(f"{self._folder}/")

    def _set(self, path: str, node: _Node) -> None:
        self._names[path] = node
        self._journal.append((self._number, path, node, True))

    def _drop(self, path: str) -> _Node:
        self._journal.append((self._number, path, None, False))
        return self._names.pop(path)

    def _file(self, call: Call) -> _File:
        node = self._names.get(call.descriptors[0][1]) if call.descriptors else None
        # What has no name any more matters to nobody after a power cut.
        return node if isinstance(node, _File) else _File()

    def _other(self, call: Call) -> None:
        raise AssertionError(f"not followed: {call}")

    def _open(self, call: Call) -> None:
        descriptor, path = call.descriptors[-1]
        if path not in self._names and "O_CREAT" in call.rest:
            self._set(path, _File())
        node = self._names.get(path)
        if isinstance(node, _File):
            if "O_TRUNC" in call.rest:
                node.cut(self._number, 0)
            self._positions[descriptor] = node.length if "O_APPEND" in call.rest else 0

    def _lseek(self, call: Call) -> None:
        self._positions[call.descriptors[0][0]] = call.result

    def _write(self, call: Call) -> None:
        descriptor, file = call.descriptors[0][0], self._file(call)
        at = self._positions.get(descriptor, 0)
        file.write(self._number, at, call.texts[0][: call.result])
        self._positions[descriptor] = at + call.result

    def _pwrite64(self, call: Call) -> None:
        self._file(call).write(self._number, call.numbers[-1], call.texts[0][: call.result])

    def _ftruncate(self, call: Call) -> None:
        self._file(call).cut(self._number, call.numbers[-1])

    def _fallocate(self, call: Call) -> None:
        if "KEEP_SIZE" not in call.rest:
            file = self._file(call)
            file.cut(self._number, max(file.length, sum(call.numbers[-2:])))

    def _fsync(self, call: Call) -> None:
        self._file(call).syncs.append(self._number)
        self._commits.append(self._number)

    def _fdatasync(self, call: Call) -> None:
        self._file(call).syncs.append(self._number)
        # What a folder holds are its data: SQLite relies on that.
        if self._names.get(call.descriptors[0][1]) is None:
            self._commits.append(self._number)

    def _rename(self, call: Call) -> None:
        old, new = (text.decode() for text in call.texts)
        for path in sorted(self._names):
            if path == old or path.startswith(old + "/"):
                self._set(new + path.removeprefix(old), self._drop(path))

    def _link(self, call: Call) -> None:
        old, new = (text.decode() for text in call.texts)
        self._set(new, self._names[old])

    def _unlink(self, call: Call) -> None:
        self._drop(call.texts[0].decode())

    _rmdir = _unlink

    def _symlink(self, call: Call) -> None:
        target, path = (text.decode() for text in call.texts)
        self._set(path, _Symlink(target))

    def _mkdir(self, call: Call) -> None:
        self._set(call.texts[0].decode(), None)


def _found(begun: Path, folder: Path) -> dict[str, _Node]:
    """Return what a copy of a folder holds, under the folder's own names."""
    found: dict[str, _Node] = {}
    files: dict[int, _File] = {}
    for path in sorted(begun.rglob("*")):
        name = str(folder / path.relative_to(begun))
        if path.is_symlink():
            found[name] = _Symlink(str(path.readlink()))
        elif path.is_dir():
            found[name] = None
        elif path.is_file():
            data = path.read_bytes()
            found[name] = files.setdefault(path.stat().st_ino, _File(data, length=len(data)))
    return found
