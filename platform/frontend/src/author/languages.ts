import { python } from "@codemirror/lang-python";
import { StreamLanguage } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** Markdown as statements use it: headings, emphasis, code, formulas between dollars. */
const markdown = StreamLanguage.define<{ fence: boolean; display: boolean }>({
  name: "markdown",
  startState: () => ({ fence: false, display: false }),
  token(stream, state) {
    if (stream.sol() && stream.match(/^(```|~~~).*/)) {
      state.fence = !state.fence;
      return "comment";
    }
    if (state.fence) {
      stream.skipToEnd();
      return "string";
    }
    if (stream.match("$$")) {
      state.display = !state.display;
      return "number";
    }
    if (state.display) {
      if (!stream.skipTo("$$")) stream.skipToEnd();
      return "number";
    }
    if (stream.sol() && stream.match(/^#{1,6} .*/)) return "heading";
    if (stream.sol() && stream.match(/^\s*([-*+]|\d+\.) /)) return "keyword";
    if (stream.match(/^`[^`]*`/)) return "string";
    if (stream.match(/^\$[^$\s][^$]*\$/)) return "number";
    if (stream.match(/^\*\*[^*]+\*\*/) || stream.match(/^\*[^*\s][^*]*\*/)) return "keyword";
    stream.next();
    stream.eatWhile(/[^`$*#]/);
    return null;
  },
});

/** TOML as manifests use it. */
const toml = StreamLanguage.define<{ quotes: string }>({
  name: "toml",
  startState: () => ({ quotes: "" }),
  token(stream, state) {
    if (state.quotes) {
      if (stream.skipTo(state.quotes)) {
        stream.match(state.quotes);
        state.quotes = "";
      } else {
        stream.skipToEnd();
      }
      return "string";
    }
    if (stream.eatSpace()) return null;
    for (const quotes of ['"""', "'''"]) {
      if (stream.match(quotes)) {
        state.quotes = quotes;
        return "string";
      }
    }
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^\[\[?[^\]]*\]\]?(?=\s*(#|$))/)) return "heading";
    if (stream.match(/^("(\\.|[^"\\])*"|'[^']*')/)) return "string";
    if (stream.match(/^(true|false)\b/)) return "bool";
    if (stream.match(/^[A-Za-z_][\w.-]*(?=\s*=)/)) return "keyword";
    if (stream.match(/^[+-]?[\d.][\w.+-]*/)) return "number";
    stream.next();
    return null;
  },
});

/** How an editor of this language reads and shows its text. */
export function languageOf(name: string): Extension {
  switch (name) {
    case "python":
      return python();
    case "markdown":
      return [markdown, EditorView.lineWrapping];
    case "toml":
      return toml;
    default:
      return [];
  }
}
