// A drawn graph as an SVG document: what cytoscape can only give as pixels.
const NS = "http://www.w3.org/2000/svg";
const PADDING = 60;

// Returns the text of an SVG document with the nodes and edges as they stand.
export function svgOf(cy, ink, quiet) {
  const box = cy.elements().boundingBox();
  const root = document.implementation.createDocument(NS, "svg").documentElement;
  const add = (name, attributes, words) => {
    const made = root.ownerDocument.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (words !== undefined) made.textContent = words;
    root.append(made);
    return made;
  };
  root.setAttribute("viewBox", [box.x1 - PADDING, box.y1 - PADDING, box.w + 2 * PADDING, box.h + 2 * PADDING].map(Math.round).join(" "));
  root.setAttribute("font-family", "sans-serif");
  const marker = add("marker", { id: "arrow", viewBox: "0 0 6 6", refX: 6, refY: 3, markerWidth: 7, markerHeight: 7, orient: "auto" });
  const head = root.ownerDocument.createElementNS(NS, "path");
  head.setAttribute("d", "M0 0 6 3 0 6z");
  head.setAttribute("fill", quiet);
  marker.append(head);
  cy.edges().forEach((edge) => {
    const [from, to, middle] = [edge.sourceEndpoint(), edge.targetEndpoint(), edge.midpoint()];
    // A quadratic curve through the middle that cytoscape found.
    const bend = { x: 2 * middle.x - (from.x + to.x) / 2, y: 2 * middle.y - (from.y + to.y) / 2 };
    add("path", { d: `M${point(from)}Q${point(bend)} ${point(to)}`, fill: "none", stroke: quiet, "stroke-width": 1, "marker-end": "url(#arrow)" });
    add("text", { x: round(middle.x), y: round(middle.y - 3), "font-size": 9, fill: quiet, "text-anchor": "middle" }, edge.data("label"));
  });
  cy.nodes().forEach((node) => {
    const [{ x, y }, size] = [node.position(), node.width() / 2];
    if (node.data("shape") === "ellipse") add("circle", { cx: round(x), cy: round(y), r: size, fill: node.data("colour") });
    else add("polygon", { points: corners(node.data("shape"), x, y, size), fill: node.data("colour") });
    add("text", { x: round(x), y: round(y + size + 13), "font-size": 11, fill: ink, "text-anchor": "middle" }, node.data("label"));
  });
  return new XMLSerializer().serializeToString(root);
}

const round = (value) => Math.round(value * 10) / 10;
const point = ({ x, y }) => `${round(x)} ${round(y)}`;

function corners(shape, x, y, size) {
  const count = { "round-rectangle": 4, diamond: 4, triangle: 3, pentagon: 5, hexagon: 6, octagon: 8 }[shape] ?? 5;
  const turned = shape === "round-rectangle" ? Math.PI / 4 : -Math.PI / 2;
  return Array.from({ length: count }, (_, at) => {
    const angle = turned + (2 * Math.PI * at) / count;
    return `${round(x + size * Math.cos(angle))},${round(y + size * Math.sin(angle))}`;
  }).join(" ");
}
