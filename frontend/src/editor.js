// A SPARQL editor in place of a text area, which goes on holding the text for its form.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sources } from "./completion.js";

const language = StreamLanguage.define(sparql);

// The page's own custom properties reach into the editor, light and dark.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--reported)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--ink)", fontWeight: "600" },
  { tag: [tags.atom, tags.number], color: "var(--superseded)" },
]);

const theme = EditorView.theme({
  "&": { background: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: ".45rem", fontSize: ".92rem" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", minHeight: "12rem", maxHeight: "32rem", overflow: "auto" },
  ".cm-gutters": { background: "transparent", color: "var(--quiet)", border: "0" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--wash)" },
  ".cm-matchingBracket": { background: "var(--wash)", outline: "1px solid var(--line)" },
  ".cm-tooltip": { background: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: ".4rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--wash)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal" },
  ".cm-completionInfo": { maxWidth: "22rem", padding: ".4rem .6rem" },
  // The package's own wave is an image in a data: address, which img-src 'self' forbids.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--superseded)", textUnderlineOffset: ".2em" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--superseded)" },
});

export class Editor {
  #area;
  #view;
  #changed;

  constructor(area, { terms, complete, run, changed }) {
    const host = document.createElement("div");
    host.id = "editor";
    host.setAttribute("role", "tabpanel");
    host.setAttribute("aria-label", area.labels[0].textContent);
    area.after(host);
    area.hidden = true;
    area.labels[0].addEventListener("click", () => this.#view.focus());
    // In a shadow root the editor's styles are constructed style sheets, which need no exception from style-src 'self'.
    const root = host.attachShadow({ mode: "open" });
    this.#area = area;
    this.#changed = changed;
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: area.value,
        extensions: [
          keymap.of([
            { key: "Mod-Enter", run: () => (run(), true) },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...lintKeymap,
            ...historyKeymap,
            ...defaultKeymap, // Tab is left to the browser: it leaves the editor (WCAG 2.1.2)
          ]),
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ override: sources(terms, complete), icons: false, maxRenderedOptions: 60 }),
          language,
          syntaxHighlighting(colours),
          theme,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": area.labels[0].textContent, "aria-multiline": "true" }),
          EditorView.updateListener.of((update) => update.docChanged && this.#keep()),
        ],
      }),
    });
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  write(text) {
    if (text === this.text) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text }, selection: { anchor: text.length } });
    this.clear();
  }

  clear() {
    this.#view.dispatch(setDiagnostics(this.#view.state, []));
  }

  // Underlines `token` at a line and column, both from 1; with no token, what is left of the line.
  underline(line, column, token, message) {
    const { state } = this.#view;
    const found = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
    const from = Math.min(found.from + Math.max(column - 1, 0), found.to);
    const to = token ? Math.min(from + token.length, state.doc.length) : found.to;
    // An error at the end of the text has nothing under it: the character before it is marked then.
    const start = from === to ? Math.max(from - 1, 0) : from;
    this.#view.dispatch(setDiagnostics(state, [{ from: start, to, severity: "error", message }]));
    this.#view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    this.#view.focus();
  }

  #keep() {
    this.#area.value = this.text;
    this.#changed(this.text);
  }
}
