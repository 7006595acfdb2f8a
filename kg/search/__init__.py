"""Search: an index of the names and descriptions of all things, one more view that follows the log."""

from kg.search.finding import Facet, Found, Hit, Searcher
from kg.search.index import NoIndex, index_of, refresh, sound_index_of

__all__ = ["Facet", "Found", "Hit", "NoIndex", "Searcher", "index_of", "refresh", "sound_index_of"]
