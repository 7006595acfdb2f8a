"""Views kept in a store's folder `views`: a few, the one that was longest of no use going first.

views/<name>/snapshots/000042/     the view of commit 42, read-only
views/<name>/search/000042.sqlite  its index of names, where somebody has looked for a name in it
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from kg import search
from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.past.asked import Asked, View, view_of
from kg.past.making import make
from kg.search import IndexAt
from kg.settings import get_number
from kg.store import Store


@contextmanager
def reader(store: Store, asked: Asked) -> Generator[tuple[Engine, Path]]:
    """Give a read-only engine on the view asked for, and the folder of its snapshot; raises what `folder` raises."""
    path = folder(store, asked)
    engine = OxigraphEngine.read_only(path)
    try:
        yield engine, path
    finally:
        engine.close()


def folder(store: Store, asked: Asked) -> Path:
    """Return the folder of the snapshot that holds the view asked for, made where it is not kept.

    Raises BadInput for times that cannot be had, NotFound for an empty store.
    """
    store = store.public() if asked.public else store
    current = store.ready()
    return kept(store, view_of(asked, store.log)) if asked else current


def index(store: Store, snapshot: Path) -> IndexAt | None:
    """Return where the index of names of a snapshot that `folder` gave stands, made where nobody has wanted it yet.

    None where there is none of this layout for a snapshot of the present.
    """
    found = search.sound_index_of(snapshot)
    if found is None:
        for one in (store, store.public()):
            if one.directory / "views" in snapshot.parents:
                with _locked(one.directory / "views"):
                    if snapshot.is_dir() and not search.sound_index_of(snapshot):
                        _make_index(one, snapshot)
    return found or search.sound_index_of(snapshot)


def _make_index(store: Store, snapshot: Path) -> None:
    """Make the index of a view that nothing is taken out of, from that of the present."""
    engine, other = OxigraphEngine.read_only(snapshot), store.index()
    if other is None:
        search.refresh(engine, snapshot)
        return
    first, last = sorted((int(snapshot.name), other.number))
    between = [commit.number for commit in store.log.commits(first) if commit.number <= last]
    search.derive(engine, snapshot, other, (row for number in between for row in store.log.rows(number)))


def kept(store: Store, view: View) -> Path:
    """Return the folder of a view's snapshot: that of its commit where it is kept, else one in `views`."""
    number = f"{view.commit.number:06}"
    if view.whole and (found := next((path for path in store.snapshots() if path.name == number), None)):
        return found
    views = store.directory / "views"
    home = views / _name(view)
    views.mkdir(exist_ok=True)
    with _locked(views):
        if not home.is_dir():
            _make(store, view, home)
        os.utime(home)
        _forget(views)
    return home / "snapshots" / number


@contextmanager
def _locked(views: Path) -> Generator[None]:
    with (views / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(store: Store, view: View, home: Path) -> None:
    # A folder takes its name when it is whole; a crash before leaves one that nobody reads, and that is made anew.
    partial = home.parent / "new"
    shutil.rmtree(partial, ignore_errors=True)
    target = partial / "snapshots" / f"{view.commit.number:06}"
    target.parent.mkdir(parents=True)
    make(view, store.log, store.snapshots(), target)
    if not view.whole:
        search.refresh(OxigraphEngine.read_only(target), target)
    partial.rename(home)


def _forget(views: Path) -> None:
    homes = [path for path in views.iterdir() if path.is_dir() and path.name != "new"]
    homes.sort(key=lambda path: path.stat().st_mtime_ns)
    for old in homes[: -int(get_number("views_kept"))]:
        shutil.rmtree(old, ignore_errors=True)


def _name(view: View) -> str:
    """Return a folder's name that no other view has, one of a store made anew neither."""
    parts = [view.commit.hash, str(view.known_by), str(view.valid_on), *sorted(view.excluded)]
    return f"{view.commit.number:06}-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:16]}"
