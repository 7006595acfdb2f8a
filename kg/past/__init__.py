"""The graph at other times: as of a commit, from what was published by a day, with what was in force on a day."""

from kg.past.asked import Asked
from kg.past.keeping import folder, reader

__all__ = ["Asked", "folder", "reader"]
