// The graph view: the page's table of edges drawn, to be expanded, narrowed and taken away. The table stays beneath it.
import { arrange, draw, kindsOf, styleOf } from "./drawing.js";
import { svgOf } from "./picture.js";

const view = document.querySelector(".graph");
const part = (name) => view.querySelector(`.${name}`);
const hidden = new Set();

const first = await fetched(view.dataset.source);
const cy = draw(part("canvas"), first.nodes, first.edges);
const expanded = new Set([view.dataset.centre]);
view.hidden = false;
cy.resize();
arrange(cy);
legend();
properties();

cy.on("tap", "node", (event) => expand(event.target));
cy.on("tap", "edge", (event) => tell(event.target));
part("fit").addEventListener("click", () => cy.fit(undefined, 30));
part("png").addEventListener("click", async () => save(await cy.png({ output: "blob-promise", full: true, scale: 2, bg: paper("--sheet") }), "png"));
part("svg").addEventListener("click", () => save(new Blob([svgOf(cy, paper("--ink"), paper("--quiet"))], { type: "image/svg+xml" }), "svg"));
part("canvas").addEventListener("keydown", keys);
part("canvas").addEventListener("focus", () => { if (cy.$(":selected").empty()) select(cy.nodes("[?centre]")); });

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

// Adds the neighbours of a node, and tells of it.
async function expand(node) {
  select(node);
  tell(node);
  if (expanded.has(node.id())) return;
  expanded.add(node.id());
  const address = new URL(view.dataset.source, location.href);
  address.searchParams.set("iri", node.id());
  address.searchParams.set("depth", "1");
  const more = await fetched(address);
  const kinds = kindsOf([...cy.nodes().map((each) => each.data()), ...more.nodes]);
  const fresh = (each) => cy.getElementById(each.id).empty();
  cy.add({
    nodes: more.nodes.filter(fresh).map((data) => ({ data: { ...data, centre: false } })),
    edges: more.edges.filter(fresh).map((data) => ({ data })),
  });
  cy.nodes().forEach((each) => { each.data(styleOf(kinds, each.data("kind"))); });
  hide();
  arrange(cy);
  legend();
  properties();
}

function select(element) {
  cy.$(":selected").unselect();
  element.select();
}

// Says beside the drawing what was chosen: a thing with its page, a statement with its evidence.
function tell(element) {
  const data = element.data();
  const words = element.isNode() ? data.label : `${cy.getElementById(data.source).data("label")} – ${data.label} – ${cy.getElementById(data.target).data("label")}`;
  const link = Object.assign(document.createElement("a"), { href: data.href, textContent: element.isNode() ? view.dataset.open : view.dataset.evidence });
  part("told").replaceChildren(Object.assign(document.createElement("span"), { textContent: words }), link);
}

function legend() {
  const nodes = cy.nodes().map((node) => node.data());
  const kinds = kindsOf(nodes);
  part("legend").replaceChildren(
    ...kinds.map((kind) => {
      const { shape, colour } = styleOf(kinds, kind);
      const item = document.createElement("li");
      const mark = document.createElement("i");
      mark.className = shape;
      mark.style.backgroundColor = colour;
      item.append(mark, kind || view.dataset.unknown);
      return item;
    }),
  );
}

function properties() {
  const counts = new Map();
  cy.edges().forEach((edge) => { counts.set(edge.data("label"), (counts.get(edge.data("label")) ?? 0) + 1); });
  part("properties").replaceChildren(
    ...[...counts].sort().map(([label, count]) => {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: !hidden.has(label) });
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(label);
        else hidden.add(label);
        hide();
      });
      const line = document.createElement("label");
      line.append(box, `${label} (${count})`);
      return line;
    }),
  );
}

// Hides the edges of what is unchecked, and the things that nothing joins any more.
function hide() {
  cy.edges().forEach((edge) => { edge.style("display", hidden.has(edge.data("label")) ? "none" : "element"); });
  cy.nodes().forEach((node) => {
    const joined = node.data("centre") || node.connectedEdges().some((edge) => !hidden.has(edge.data("label")));
    node.style("display", joined ? "element" : "none");
  });
}

// Arrows go to the nearest thing in their direction, Enter expands, + and - zoom.
function keys(event) {
  const here = cy.$("node:selected");
  const along = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (along && here.nonempty()) {
    event.preventDefault();
    const from = here.position();
    const found = cy.nodes(":visible").difference(here).map((node) => [distance(from, node.position(), along), node]).filter(([far]) => far < Infinity).sort(([one], [other]) => one - other)[0];
    if (found) { select(found[1]); tell(found[1]); }
  } else if (event.key === "Enter" && here.nonempty()) {
    event.preventDefault();
    expand(here);
  } else if (event.key === "+" || event.key === "-") {
    cy.zoom({ level: cy.zoom() * (event.key === "+" ? 1.2 : 1 / 1.2), renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }
}

function distance(from, to, [x, y]) {
  const ahead = (to.x - from.x) * x + (to.y - from.y) * y;
  const aside = Math.abs((to.x - from.x) * y) + Math.abs((to.y - from.y) * x);
  return ahead > 0 && ahead >= aside / 2 ? ahead + 2 * aside : Infinity;
}

const paper = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function save(blob, ending) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${view.dataset.name}.${ending}` });
  link.click();
  URL.revokeObjectURL(link.href);
}
