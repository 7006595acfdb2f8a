// What the query editor offers as one types: prefixes, the ontology's terms, entities, variables and keywords.
const KEYWORDS = (
  "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND AS ORDER BY ASC DESC GROUP HAVING LIMIT OFFSET " +
  "ASK CONSTRUCT DESCRIBE PREFIX BASE FROM NAMED EXISTS NOT IN COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT SEPARATOR " +
  "STR LANG LANGMATCHES DATATYPE BOUND IF COALESCE CONTAINS STRSTARTS STRENDS REGEX REPLACE LCASE UCASE YEAR MONTH DAY NOW"
).split(" ");

// Returns the completion sources, given the addresses of the prefixes and terms, and of the completion of names.
export function sources(terms, complete) {
  const known = fetched(terms);
  return [
    async (context) => names(context, await known()),
    async (context) => entities(context, await known(), complete),
    variables,
    async (context) => words(context, await known()),
  ];
}

function fetched(address) {
  const nothing = { prefixes: {}, terms: [] };
  let found;
  return () => (found ??= fetch(address).then((answer) => (answer.ok ? answer.json() : nothing), () => nothing));
}

// `kg:Comp`: classes and properties, with their definitions.
function names(context, { prefixes, terms }) {
  const typed = context.matchBefore(/\b[A-Za-z][\w-]*:[\w-]*/);
  if (!typed) return null;
  const prefix = typed.text.slice(0, typed.text.indexOf(":") + 1);
  const options = terms
    .filter((term) => term.name.startsWith(prefix))
    .map((term) => ({
      label: term.name,
      detail: term.label === term.name ? undefined : term.label,
      info: term.definition || undefined,
      type: term.kind,
      apply: withPrefix(term.name, prefixes),
    }));
  return options.length ? { from: typed.from, options, validFor: /^[\w-]*:[\w-]*$/ } : null;
}

// `id:micr`: things by any of their names.
async function entities(context, { prefixes }, address) {
  const typed = context.matchBefore(/\bid:[\p{L}\p{N}._-]+/u);
  if (!typed) return null;
  const asked = new URL(address, location.href);
  asked.searchParams.set("q", typed.text.slice(3).replaceAll(/[._-]+/g, " "));
  const gone = new AbortController();
  context.addEventListener("abort", () => gone.abort());
  try {
    const answer = await fetch(asked, { signal: gone.signal });
    if (!answer.ok) return null;
    const options = (await answer.json()).map((one) => ({
      label: one.label,
      detail: one.kind,
      info: one.value,
      apply: /^[a-z]+:[\w-]+$/.test(one.value) ? withPrefix(one.value, prefixes) : `<${one.iri}>`,
    }));
    return { from: typed.from, options, filter: false };
  } catch {
    return null;
  }
}

function variables(context) {
  const typed = context.matchBefore(/[?$]\w*/);
  if (!typed) return null;
  const all = new Set(context.state.doc.toString().match(/[?$]\w+/g));
  all.delete(typed.text);
  return { from: typed.from, options: [...all].sort().map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
}

function words(context, { prefixes }) {
  const typed = context.matchBefore(/(?<![\w:?$<#"'-])[A-Za-z]+/);
  if (!typed || (typed.text.length < 2 && !context.explicit)) return null;
  const names = Object.entries(prefixes).map(([prefix, namespace]) => ({ label: `${prefix}:`, detail: namespace, apply: withPrefix(`${prefix}:`, prefixes), boost: 1 }));
  return { from: typed.from, options: [...names, ...KEYWORDS.map((label) => ({ label, type: "keyword" }))], validFor: /^[A-Za-z]*$/ };
}

// Writes a prefixed name, and the PREFIX line that it needs at the head of the query.
function withPrefix(name, prefixes) {
  return (view, _, from, to) => {
    const prefix = name.slice(0, name.indexOf(":"));
    const changes = [{ from, to, insert: name }];
    let head = 0;
    const declared = new RegExp(`^\\s*prefix\\s+${prefix}\\s*:`, "im").test(view.state.doc.toString());
    const line = view.state.doc.lineAt(from);
    const declaring = /^\s*prefix\s+[\w-]*$/i.test(line.text.slice(0, from - line.from + prefix.length));
    if (!declared && !declaring && prefixes[prefix]) {
      const insert = `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
      changes.unshift({ from: 0, insert });
      head = insert.length;
    } else if (declaring && name === `${prefix}:`) {
      changes[0].insert = `${name} <${prefixes[prefix]}>`;
    }
    const end = head + from + changes.at(-1).insert.length;
    view.dispatch({ changes, selection: { anchor: end }, userEvent: "input.complete" });
  };
}
