// Tabs and history of the query page, kept in this browser alone.
const KEY = "atlante.query";
const MOST_RUNS = 50;
const LONGEST_TITLE = 28;

export class Notebook {
  // `asked` is the query that the page came with, "" without one: it gets a tab of its own unless one has it already.
  constructor(asked) {
    Object.assign(this, { tabs: [""], at: 0, runs: [] }, read());
    if (!asked) return;
    const same = this.tabs.indexOf(asked);
    if (same >= 0) this.at = same;
    else if (!this.text.trim()) this.tabs[this.at] = asked;
    else this.at = this.tabs.push(asked) - 1;
    this.#keep();
  }

  get text() {
    return this.tabs[this.at];
  }

  write(text) {
    const renamed = title(text) !== title(this.text);
    this.tabs[this.at] = text;
    this.#keep();
    if (renamed && this.list) this.#drawTabs();
  }

  ran(text, count) {
    this.runs = [{ text, count, when: new Date().toISOString() }, ...this.runs.filter((run) => run.text !== text)].slice(0, MOST_RUNS);
    this.#keep();
    this.#drawHistory();
  }

  show(tabs, history, write) {
    this.list = tabs.querySelector("[role=tablist]");
    this.history = history;
    this.put = write;
    tabs.querySelector(".new").addEventListener("click", () => this.#open(this.tabs.push("") - 1));
    this.closer = tabs.querySelector(".close");
    this.closer.addEventListener("click", () => this.#close());
    history.querySelector(".clear").addEventListener("click", () => {
      this.runs = [];
      this.#keep();
      this.#drawHistory();
    });
    this.list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      this.#open((this.at + step + this.tabs.length) % this.tabs.length);
      this.list.children[this.at].focus();
    });
    this.#drawTabs();
    this.#drawHistory();
  }

  #open(at) {
    this.at = at;
    this.put(this.text);
    this.#keep();
    this.#drawTabs();
  }

  #close() {
    this.tabs.splice(this.at, 1);
    if (!this.tabs.length) this.tabs.push("");
    this.#open(Math.min(this.at, this.tabs.length - 1));
  }

  #drawTabs() {
    this.list.replaceChildren(
      ...this.tabs.map((text, at) => {
        const tab = document.createElement("button");
        const chosen = at === this.at;
        tab.type = "button";
        tab.textContent = title(text) || `${this.list.dataset.untitled} ${at + 1}`;
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-selected", String(chosen));
        tab.setAttribute("aria-controls", "editor");
        tab.tabIndex = chosen ? 0 : -1;
        tab.addEventListener("click", () => this.#open(at));
        return tab;
      }),
    );
    this.closer.hidden = this.tabs.length === 1 && !this.text;
  }

  #drawHistory() {
    this.history.hidden = !this.runs.length;
    this.history.querySelector("ol").replaceChildren(
      ...this.runs.map(({ text, count, when }) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        const time = document.createElement("time");
        button.type = "button";
        button.textContent = title(text) || text.slice(0, LONGEST_TITLE);
        button.title = text;
        button.addEventListener("click", () => this.#open(this.tabs.includes(text) ? this.tabs.indexOf(text) : this.tabs.push(text) - 1));
        time.dateTime = when;
        time.textContent = [new Date(when).toLocaleString(document.documentElement.lang), count].filter(Boolean).join(" · ");
        item.append(button, time);
        return item;
      }),
    );
  }

  #keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify({ tabs: this.tabs, at: this.at, runs: this.runs }));
    } catch {
      // A browser that keeps nothing still has its tabs until the page goes.
    }
  }
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY)) ?? {};
    const sound = Array.isArray(kept.tabs) && kept.tabs.length > 0 && kept.at in kept.tabs && Array.isArray(kept.runs);
    return sound ? kept : {};
  } catch {
    return {};
  }
}

// The first comment of a query, or what stands first after its prologue.
function title(text) {
  const comment = /^\s*#\s*(.+)/.exec(text)?.[1];
  const line = comment ?? text.split("\n").map((each) => each.trim()).find((each) => each && !/^(prefix|base|#)/i.test(each)) ?? "";
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE - 1)}…` : line;
}
