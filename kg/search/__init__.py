"""Search: an index of the names and descriptions of all things, one more view that follows the log."""

from kg.search.finding import Facet, Found, Hit, Searcher
from kg.search.index import IndexAt, NoIndex, derive, forget, index_of, newest, refresh, sound_index_of

__all__ = [
    "Facet",
    "Found",
    "Hit",
    "IndexAt",
    "NoIndex",
    "Searcher",
    "derive",
    "forget",
    "index_of",
    "newest",
    "refresh",
    "sound_index_of",
]
