import type { EditorView } from "@codemirror/view";
import { editorOf, markLines } from "../work/editor";
import { languageOf } from "./languages";
import { Preview } from "./preview";
import { Backup, save, type Flaw } from "./saving";

const PAUSE = 1000;
const RETRY = 5000;

/** One file of a manuscript in a page: its editor, and saving by itself. */
class FileEditor {
  readonly #form: HTMLFormElement;
  readonly #textarea: HTMLTextAreaElement;
  readonly #view: EditorView;
  readonly #backup: Backup;
  readonly #preview: Preview | null;
  #timer = 0;
  #saving: Promise<void> | null = null;
  #isDirty = false;
  #theirs = "";

  constructor(form: HTMLFormElement) {
    this.#form = form;
    this.#textarea = form.querySelector("textarea")!;
    this.#backup = new Backup(`${this.#said("owner")} ${this.#said("save")} ${this.#said("path")}`);
    const shown = form.closest("[data-pair]")?.querySelector<HTMLElement>("[data-shown]");
    this.#preview = shown ? new Preview(form, shown) : null;
    this.#view = editorOf(
      this.#textarea,
      () => this.#changed(),
      languageOf(this.#said("language")),
    );
    form.querySelector<HTMLElement>("[data-save-button]")!.hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    form.querySelectorAll<HTMLElement>("[data-keep]").forEach((button) => {
      button.addEventListener("click", () => this.#settle(button.dataset["keep"] === "theirs"));
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.#isDirty) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.#isDirty) void this.#save();
    });
    this.#bringBack();
  }

  /** Marks the line that is not right, where it is in this file. */
  mark(flaw: Flaw | null): void {
    markLines(this.#view, flaw && flaw.path === this.#said("path") ? [flaw] : []);
  }

  get #token(): string {
    return this.#form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value;
  }

  get #revision(): HTMLInputElement {
    return this.#form.querySelector<HTMLInputElement>("[name=revision]")!;
  }

  #said(name: string): string {
    return this.#form.dataset[name] ?? "";
  }

  #say(text: string): void {
    this.#form.querySelector<HTMLElement>("[data-state]")!.textContent = text;
  }

  #changed(): void {
    this.#isDirty = true;
    this.#backup.keep(Number(this.#revision.value), this.#textarea.value);
    this.#preview?.changed(this.#textarea.value, this.#token);
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#save(), PAUSE);
  }

  async #save(): Promise<void> {
    window.clearTimeout(this.#timer);
    while (this.#saving) await this.#saving;
    if (!this.#isDirty) return;
    this.#saving = this.#send().finally(() => (this.#saving = null));
    await this.#saving;
  }

  async #send(): Promise<void> {
    this.#isDirty = false;
    this.#say(this.#said("saving"));
    const outcome = await save(this.#said("save"), this.#token, {
      path: this.#said("path"),
      revision: Number(this.#revision.value),
      text: this.#textarea.value,
    });
    switch (outcome.kind) {
      case "saved":
        this.#revision.value = String(outcome.revision);
        if (!this.#isDirty) this.#backup.clear();
        this.#say(`${this.#said("saved")}, ${outcome.saved}`);
        tell(outcome.flaw);
        break;
      case "conflict":
        this.#isDirty = true;
        this.#revision.value = String(outcome.revision);
        this.#theirs = outcome.text;
        this.#conflict(true);
        this.#say("");
        break;
      case "refused":
        this.#isDirty = true;
        this.#say(outcome.error);
        break;
      default:
        this.#isDirty = true;
        this.#say(this.#said(outcome.kind === "signed-out" ? "gone" : "unsaved"));
        this.#timer = window.setTimeout(() => void this.#save(), RETRY);
    }
  }

  #conflict(isThere: boolean): void {
    this.#form.querySelector<HTMLElement>("[data-conflict]")!.hidden = !isThere;
  }

  #bringBack(): void {
    const kept = this.#backup.read();
    if (!kept || kept.text === this.#textarea.value) {
      this.#backup.clear();
      return;
    }
    const now = this.#textarea.value;
    const isCurrent = String(kept.revision) === this.#revision.value;
    this.#show(kept.text);
    if (isCurrent) return;
    window.clearTimeout(this.#timer);
    this.#theirs = now;
    this.#conflict(true);
  }

  #show(text: string): void {
    const changes = { from: 0, to: this.#view.state.doc.length, insert: text };
    this.#view.dispatch({ changes });
  }

  #settle(isTheirs: boolean): void {
    this.#conflict(false);
    if (isTheirs) {
      this.#show(this.#theirs);
      window.clearTimeout(this.#timer);
      this.#isDirty = false;
      this.#backup.clear();
      this.#say("");
    } else {
      this.#isDirty = true;
      void this.#save();
    }
  }
}

/** Says above the page what is not right in the folder, and marks it in the editor that has it. */
function tell(flaw: Flaw | null): void {
  const alert = document.querySelector<HTMLElement>("[data-flaw]");
  if (alert) {
    alert.hidden = flaw === null;
    if (flaw) {
      const place = document.createElement("code");
      place.textContent = `${flaw.path}:${flaw.line}`;
      alert.replaceChildren(place, ` ${flaw.text}`);
    }
  }
  editors.forEach((editor) => editor.mark(flaw));
}

const editors = [...document.querySelectorAll<HTMLFormElement>("[data-author]")].map(
  (form) => new FileEditor(form),
);
const there = document.querySelector<HTMLElement>("[data-flaw][data-path]");
if (there) {
  const { path = "", line = "1" } = there.dataset;
  const text = there.querySelector("[data-flaw-text]")?.textContent ?? "";
  editors.forEach((editor) => editor.mark({ path, line: Number(line), text }));
}
