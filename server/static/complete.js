// Completes names in any <input data-complete="address"> (WAI-ARIA 1.2, combobox with a listbox popup).
// `data-kind` leaves things of a class; `data-fill` puts the thing's short name in the field in place of going to its page.
const WAIT = 120;
let number = 0;

for (const input of document.querySelectorAll("input[data-complete]")) enhance(input);

function enhance(input) {
  const list = document.createElement("ul");
  list.id = `completions-${++number}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label") || input.name);
  list.hidden = true;
  const box = document.createElement("span");
  box.className = "combo";
  input.replaceWith(box);
  box.append(input, list);
  input.removeAttribute("list");
  for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) input.setAttribute(name, value);

  let found = [], chosen = -1, timer = 0, asked = null;

  const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };
  const take = (index) => {
    if ("fill" in input.dataset) { input.value = found[index].value; close(); input.focus(); }
    else location.href = found[index].href;
  };
  const show = () => {
    list.replaceChildren(...found.map((one, index) => {
      const item = document.createElement("li"), kind = document.createElement("span");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      if (one.lang) item.lang = one.lang;
      kind.textContent = one.kind;
      item.append(one.label, kind);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(index); });
      return item;
    }));
    chosen = -1;
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const text = input.value.trim();
    asked?.abort();
    if (!text) { found = []; close(); return; }
    asked = new AbortController();
    const address = new URL(input.dataset.complete, location.href);
    address.searchParams.set("q", text);
    if (input.dataset.kind) address.searchParams.set("kind", input.dataset.kind);
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok) return;
      found = await answer.json();
      if (document.activeElement === input) show();
    } catch (error) { if (error.name !== "AbortError") close(); }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); return; }
    if (list.hidden) { if (event.key === "ArrowDown" && found.length) { event.preventDefault(); show(); } return; }
    const last = found.length - 1;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen >= last ? 0 : chosen + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen <= 0 ? last : chosen - 1); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(chosen); }
  });
}
