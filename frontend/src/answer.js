// An answer on the query page: its table sorted, shown as a chart, as a graph or raw, and taken away.
import { chartOf } from "./chart.js";
import { snippets } from "./snippets.js";
import { sortable } from "./sorting.js";

export class Answer {
  #section;
  #form;

  constructor(section, form) {
    this.#section = section;
    this.#form = form;
  }

  // How many rows there are, in the page's words; "" without an answer.
  get count() {
    return this.#section.querySelector("#answer .count")?.textContent.trim().replaceAll(/\s+/g, " ") ?? "";
  }

  enhance(editor) {
    editor.clear();
    const problem = this.#section.querySelector("[data-line]");
    if (problem) {
      const { line, column, token, detail } = problem.dataset;
      editor.underline(Number(line), Number(column), token, detail);
    }
    const table = this.#section.querySelector("table.answers");
    if (!this.#section.querySelector("#answer")) return;
    const tools = document.getElementById("answer-tools").content.cloneNode(true);
    this.#views(tools, table);
    this.#copies(tools.querySelector(".copy"));
    this.#section.querySelector("#answer").after(tools);
    if (table) sortable(table);
  }

  #views(tools, table) {
    const [list, panel] = [tools.querySelector(".views"), tools.querySelector(".view")];
    const wide = this.#section.querySelector(".wide, .boolean");
    const chart = table && chartOf(table);
    const triples = this.#form.dataset.triples === columns(table).join(" ");
    const views = {
      table: () => null,
      chart: chart && (() => chart),
      graph: triples && (() => this.#graph(table)),
      raw: () => this.#raw(),
    };
    for (const button of list.querySelectorAll("button")) {
      const view = views[button.value];
      button.hidden = !view;
      button.addEventListener("click", async () => {
        for (const other of list.children) other.setAttribute("aria-pressed", String(other === button));
        const shown = await view();
        wide.hidden = shown !== null;
        panel.replaceChildren(...(shown ? [shown] : []));
      });
    }
  }

  async #graph(table) {
    const { drawn } = await import("./drawing.js");
    const edges = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => ({ id: cell.querySelector("a")?.title || cell.textContent.trim(), label: cell.textContent.trim(), literal: !cell.querySelector("a") })));
    return drawn(edges);
  }

  async #raw() {
    const shown = document.createElement("pre");
    shown.tabIndex = 0;
    const answer = await fetch(this.#address());
    shown.textContent = await answer.text();
    return shown;
  }

  // The address of the answer in the first format offered.
  #address() {
    return this.#section.querySelector(".formats a")?.href ?? `${this.#asked()}&format=json`;
  }

  #asked() {
    const address = new URL(this.#form.action);
    address.searchParams.set("query", this.#form.elements.query.value);
    return address.href;
  }

  #copies(menu) {
    const shown = menu.querySelector("pre");
    const said = menu.querySelector("[role=status]");
    for (const button of menu.querySelectorAll("button")) {
      button.addEventListener("click", async () => {
        const text = snippets[button.value]({ endpoint: this.#form.action, query: this.#form.elements.query.value, link: this.#asked(), graph: this.#form.dataset.triples === columns(this.#section.querySelector("table.answers")).join(" ") });
        shown.textContent = text;
        shown.hidden = false;
        try {
          await navigator.clipboard.writeText(text);
          said.textContent = said.dataset.copied;
        } catch {
          said.textContent = said.dataset.refused;
        }
      });
    }
  }
}

function columns(table) {
  return [...(table?.tHead.rows[0].cells ?? [])].map((cell) => cell.textContent.trim());
}
