import { autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const LOOK = EditorView.theme({
  "&": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderRadius: "var(--radius)" },
  "&.cm-focused": { outline: "2px solid var(--accent)" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "var(--size-1)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.5rem 0" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-wash) !important",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", color: "inherit" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".tok-keyword, .tok-bool, .tok-null, .tok-operatorKeyword": { color: "var(--warm)" },
  ".tok-string, .tok-string2": { color: "var(--good)" },
  ".tok-number": { color: "var(--fair)" },
  ".tok-comment": { color: "var(--muted)", fontStyle: "italic" },
  ".tok-definition, .tok-className, .tok-heading": { color: "var(--accent)" },
});

/**
 * Puts an editor in the place of a textarea, which it keeps equal to its text: of Python code,
 * unless another language is given.
 *
 * It lives in a shadow root: there its styles need no exception from the page's policy.
 */
export function editorOf(
  textarea: HTMLTextAreaElement,
  changed: () => void,
  language: Extension = python(),
): EditorView {
  const host = document.createElement("div");
  host.className = "code-editor";
  const root = host.attachShadow({ mode: "open" });
  const label = textarea.getAttribute("aria-label") ?? "";
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        lintGutter(),
        indentUnit.of("    "),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        language,
        syntaxHighlighting(classHighlighter),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          textarea.value = update.state.doc.toString();
          changed();
        }),
        LOOK,
      ],
    }),
  });
  textarea.hidden = true;
  textarea.after(host);
  return view;
}

/** Marks lines of an editor, counted from 1, each with what is to be said of it; others no more. */
export function markLines(view: EditorView, marks: { line: number; text: string }[]): void {
  const { doc } = view.state;
  const diagnostics = marks.map(({ line, text }) => {
    const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    return { from, to, message: text.trim(), severity: "error" as const };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
