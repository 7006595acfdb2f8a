"""What joins things: paths between two, what lies around one, what depends on one. Asserted statements alone count."""

from kg.explore.around import Neighbourhood, Part, neighbourhood
from kg.explore.exposure import Dependent, Exposure, exposure
from kg.explore.joining import Path, Paths, Step, paths
from kg.explore.statement import Statement

__all__ = [
    "Dependent",
    "Exposure",
    "Neighbourhood",
    "Part",
    "Path",
    "Paths",
    "Statement",
    "Step",
    "exposure",
    "neighbourhood",
    "paths",
]
