// The query page: the form with an editor in place of its text area, tabs, a history, and answers without a page load.
// The server renders every answer; what is asked and shown here is what the page does without scripts.
import { Answer } from "./answer.js";
import { Editor } from "./editor.js";
import { filter } from "./filter.js";
import { Notebook } from "./notebook.js";

const LONGEST_ADDRESS = 6000;

const form = document.querySelector("form.query");
const area = form.elements.query;
const tools = document.getElementById("query-tools").content.cloneNode(true);
const notebook = new Notebook(area.value);

const editor = new Editor(area, {
  terms: form.dataset.terms,
  complete: form.dataset.complete,
  run: () => form.requestSubmit(),
  changed: (text) => notebook.write(text),
});

let asked = null;

const history = tools.querySelector(".history");
const answered = document.getElementById("answered");
const buttons = form.querySelector(".actions");
const cancel = tools.querySelector(".cancel");
const told = tools.querySelector(".told");
form.before(tools.querySelector(".tabs"));
buttons.append(cancel, told);
form.after(history);
history.after(answered); // the page of an error has it before the form
notebook.show(document.querySelector(".tabs"), history, (text) => editor.write(text));
editor.write(notebook.text);
filter(document.querySelector(".questions"), tools.querySelector(".filter"));
new Answer(answered, form).enhance(editor);

form.addEventListener("submit", (event) => {
  if (form.elements.format.value !== "html") return;
  event.preventDefault();
  run();
});
cancel.addEventListener("click", () => asked?.abort());
addEventListener("popstate", () => location.reload());

async function run() {
  asked?.abort();
  asked = new AbortController();
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("format");
  const address = new URL(form.action);
  const short = fields.toString().length < LONGEST_ADDRESS;
  if (short) for (const [name, value] of fields) address.searchParams.set(name, value);
  cancel.hidden = false;
  told.textContent = told.dataset.running;
  const start = performance.now();
  try {
    const options = { headers: { Accept: "text/html" }, signal: asked.signal };
    const answer = await fetch(address, short ? options : { ...options, method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const seconds = (performance.now() - start) / 1000;
    show(page, seconds, answer);
    if (short && address.href !== location.href) window.history.pushState(null, "", address);
  } catch (error) {
    told.textContent = error.name === "AbortError" ? told.dataset.cancelled : `${told.dataset.failed} ${error.message}`;
  } finally {
    cancel.hidden = true;
  }
}

function show(page, seconds, response) {
  const answered = page.getElementById("answered");
  if (!answered) throw new Error(`${response.status} ${response.statusText}`);
  document.getElementById("answered").replaceWith(document.adoptNode(answered));
  const answer = new Answer(answered, form);
  answer.enhance(editor);
  const commit = response.headers.get("Atlante-Commit");
  const parts = [answer.count, `${seconds.toPrecision(2)} s`, commit && `${told.dataset.commit} ${commit}`];
  told.textContent = parts.filter(Boolean).join(" · ");
  if (response.ok) notebook.ran(editor.text, answer.count);
}
