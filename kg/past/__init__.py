"""The graph at other times: as of a commit, from what was published by a day, with what was in force on a day."""

from kg.past.asked import Asked, commit_of
from kg.past.keeping import folder, index, reader

__all__ = ["Asked", "commit_of", "folder", "index", "reader"]
