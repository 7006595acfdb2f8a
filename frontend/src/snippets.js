// A query as others send it: each takes the endpoint's address, the query, a link to its answer, and whether it gives triples.
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const literal = (text) => `"""${text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"').replace(/"$/, '\\"')}"""`;

export const snippets = {
  link: ({ link }) => link,
  curl: ({ endpoint, query, graph }) =>
    `curl -H 'Accept: ${graph ? "text/turtle" : "application/sparql-results+json"}' \\\n  --data-urlencode query=${quoted(query)} \\\n  ${quoted(endpoint)}\n`,
  sparqlwrapper: ({ endpoint, query, graph }) =>
    `from SPARQLWrapper import ${graph ? "TURTLE" : "JSON"}, SPARQLWrapper\n\nendpoint = SPARQLWrapper("${endpoint}")\nendpoint.setQuery(${literal(query)})\n` +
    (graph
      ? `endpoint.setReturnFormat(TURTLE)\nprint(endpoint.query().convert().decode())\n`
      : `endpoint.setReturnFormat(JSON)\nfor row in endpoint.query().convert()["results"]["bindings"]:\n    print({name: term["value"] for name, term in row.items()})\n`),
  rdflib: ({ endpoint, query, graph }) =>
    graph
      ? `import rdflib\nimport requests\n\nanswer = requests.post("${endpoint}", data={"query": ${literal(query)}}, headers={"Accept": "text/turtle"})\nanswer.raise_for_status()\ngraph = rdflib.Graph().parse(data=answer.text, format="turtle")\nprint(len(graph))\n`
      : `from rdflib import Graph\nfrom rdflib.plugins.stores.sparqlstore import SPARQLStore\n\ngraph = Graph(SPARQLStore("${endpoint}"))\nfor row in graph.query(${literal(query)}):\n    print(row)\n`,
  pandas: ({ endpoint, query, graph }) =>
    `import pandas\nfrom urllib.parse import urlencode\n\nquery = ${literal(query)}\n` +
    `table = pandas.read_csv("${endpoint}?" + urlencode({"query": query, "format": "${graph ? "ntriples" : "csv"}"})${graph ? `, sep=" ", header=None, usecols=[0, 1, 2]` : ""})\nprint(table)\n`,
};
