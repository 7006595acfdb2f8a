// Sorts a table by a column: by number or date where cells carry `data-raw`, else as the page's language sorts words.
export function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const first = [...table.tBodies[0].rows];
  if (first.length < 2) return;
  const words = new Intl.Collator(document.documentElement.lang, { numeric: true });
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sorted = [...first].sort((one, other) => compare(one.cells[column], other.cells[column], words));
      table.tBodies[0].append(...(down ? sorted.reverse() : sorted));
    });
  });
}

// Empty cells come last; what is no number comes after numbers.
function compare(one, other, words) {
  const [a, b] = [one, other].map((cell) => cell.dataset.raw ?? cell.textContent.trim());
  if (!a || !b) return !a - !b;
  const [x, y] = [one, other].map((cell) => (cell.dataset.kind === "number" ? Number(cell.dataset.raw) : NaN));
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return Number.isNaN(x) - Number.isNaN(y) || words.compare(a, b);
}
