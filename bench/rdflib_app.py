"""rdflib-endpoint over a file of N-Triples: python -m bench.rdflib_app FILE PORT"""

import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint

if __name__ == "__main__":
    graph = Dataset(default_union=True)
    graph.parse(sys.argv[1], format="nt")
    uvicorn.run(SparqlEndpoint(graph=graph, path="/query"), port=int(sys.argv[2]), log_level="error")
