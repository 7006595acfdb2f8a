// A graph drawn with cytoscape: the same nodes and edges give the same picture, for nothing in its layout is random.
import cytoscape from "cytoscape";

// A kind has a shape and a colour, so that neither alone carries the meaning.
const SHAPES = ["ellipse", "round-rectangle", "diamond", "hexagon", "triangle", "pentagon", "octagon", "star", "vee", "tag"];
const COLOURS = ["#14646a", "#8a5a00", "#7a3e9d", "#2d6a2d", "#a03434", "#2f5aa8", "#6b6b00", "#a0447a", "#4a5560", "#00707f"];

export const styleOf = (kinds, kind) => {
  const at = Math.max(kinds.indexOf(kind), 0);
  return { shape: SHAPES[at % SHAPES.length], colour: COLOURS[at % COLOURS.length] };
};

// Draws into `container`; nodes are {id, label, kind}, edges {id, source, target, label}.
export function draw(container, nodes, edges) {
  // cytoscape would add a style element, which style-src 'self' forbids; where one of this name stands it does not.
  if (!document.getElementById("__________cytoscape_stylesheet")) {
    document.head.append(Object.assign(document.createElement("meta"), { id: "__________cytoscape_stylesheet" }));
  }
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(name).trim();
  const kinds = kindsOf(nodes);
  const cy = cytoscape({
    container,
    elements: { nodes: nodes.map((data) => ({ data: { ...data, ...styleOf(kinds, data.kind) } })), edges: edges.map((data) => ({ data })) },
    minZoom: 0.2,
    maxZoom: 3,
    style: [
      { selector: "node", style: { label: "data(label)", shape: "data(shape)", "background-color": "data(colour)", color: colour("--ink"), "font-size": 11, "min-zoomed-font-size": 5, width: 26, height: 26, "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "ellipsis", "text-max-width": 130, "text-outline-color": colour("--sheet"), "text-outline-width": 2 } },
      { selector: "node[?centre]", style: { width: 40, height: 40, "font-size": 13, "font-weight": "bold" } },
      { selector: "edge", style: { label: "data(label)", width: 1.2, "line-color": colour("--line"), "target-arrow-color": colour("--quiet"), "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "bezier", color: colour("--quiet"), "font-size": 9, "min-zoomed-font-size": 7, "text-rotation": "autorotate", "text-outline-color": colour("--sheet"), "text-outline-width": 2 } },
      { selector: ":selected", style: { "border-width": 3, "border-color": colour("--link"), "line-color": colour("--link"), color: colour("--link") } },
    ],
  });
  arrange(cy);
  return cy;
}

export const kindsOf = (nodes) => [...new Set(nodes.map((node) => node.kind))].sort();

// Places all nodes anew: from a circle in the order of their names, so that forces find the same rest each time.
export function arrange(cy) {
  const ordered = cy.nodes().sort((one, other) => (one.id() < other.id() ? -1 : 1));
  const radius = 40 * Math.sqrt(ordered.length) + 60;
  ordered.forEach((node, at) => {
    const angle = (2 * Math.PI * at) / ordered.length;
    const near = node.data("centre") ? 0.01 : 1 + (at % 3) / 5;
    node.position({ x: radius * near * Math.cos(angle), y: radius * near * Math.sin(angle) });
  });
  const many = ordered.length > 60;
  cy.layout({ name: "cose", randomize: false, animate: false, fit: true, padding: 30, nodeRepulsion: () => 600000, idealEdgeLength: () => (many ? 60 : 130), edgeElasticity: () => 60, gravity: 0.3, nodeOverlap: 40, numIter: 1500 }).run();
}

// The drawing of triples, each a row of cells {id, label, literal}, as an element.
export function drawn(rows) {
  const nodes = new Map();
  const edges = rows.map(([subject, predicate, object], at) => {
    nodes.set(subject.id, { id: subject.id, label: subject.label, kind: "thing" });
    const id = object.literal ? `literal ${at}` : object.id;
    if (!nodes.has(id)) nodes.set(id, { id, label: object.label, kind: object.literal ? "value" : "thing" });
    return { id: `edge ${at}`, source: subject.id, target: id, label: predicate.label };
  });
  const canvas = Object.assign(document.createElement("div"), { className: "canvas" });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${nodes.size} · ${edges.length}`);
  requestAnimationFrame(() => draw(canvas, [...nodes.values()], edges));
  return canvas;
}
