import { Backup, save, type Cell } from "./draft";
import type { EditorView } from "@codemirror/view";
import { editorOf, markLines } from "./editor";
import { Tryout, type Problem } from "./tryout";

const PAUSE = 1000;
const RETRY = 5000;

/** The notebook in a page: its cells, their editors, and saving by itself. */
class Work {
  readonly #form: HTMLFormElement;
  readonly #list: HTMLElement;
  readonly #backup: Backup;
  #timer = 0;
  #saving: Promise<void> | null = null;
  #isDirty = false;
  #theirs: Cell[] = [];
  readonly #editors = new Map<HTMLElement, EditorView>();
  readonly #tryout: Tryout;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    this.#list = form.querySelector<HTMLElement>("[data-cells]")!;
    this.#backup = new Backup(`${this.#text("owner")} ${this.#text("save")}`);
    this.#list.querySelectorAll<HTMLElement>("[data-cell]").forEach((cell) => this.#start(cell));
    this.#number();
    this.#form.querySelector<HTMLElement>("[data-save-button]")!.hidden = true;
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#form.addEventListener("click", (event) => this.#clicked(event));
    this.#form.addEventListener("input", () => this.#changed());
    window.addEventListener("beforeunload", (event) => {
      if (this.#isDirty) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.#isDirty) void this.#save();
    });
    this.#bringBack();
    this.#tryout = new Tryout(document.querySelector<HTMLElement>("[data-result]")!, form, (found) =>
      this.#mark(found),
    );
  }

  /** Shows at their lines what went wrong in the run. */
  #mark(found: Problem[]): void {
    const code = this.#list.querySelectorAll<HTMLElement>("[data-cell][data-type=code]");
    // Cells without code do not run, and are not counted.
    code.forEach((cell, index) => {
      const editor = this.#editors.get(cell);
      if (editor) markLines(editor, found.filter((one) => one.cell === index + 1));
    });
  }

  get #token(): string {
    return this.#form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value;
  }

  get #revision(): HTMLInputElement {
    return this.#form.querySelector<HTMLInputElement>("[name=revision]")!;
  }

  #text(name: string): string {
    return this.#form.dataset[name] ?? "";
  }

  #cells(): Cell[] {
    return [...this.#list.querySelectorAll<HTMLElement>("[data-cell]")].map((cell) => ({
      type: cell.dataset["type"] ?? "code",
      source: cell.querySelector("textarea")!.value,
      tags: (cell.dataset["tags"] ?? "").split(" ").filter(Boolean),
    }));
  }

  #start(cell: HTMLElement): void {
    cell.querySelector<HTMLElement>("[data-tools]")!.hidden = false;
    const code = cell.querySelector<HTMLTextAreaElement>("[data-code]");
    if (code) this.#editors.set(cell, editorOf(code, () => this.#changed()));
  }

  #number(): void {
    this.#list.querySelectorAll<HTMLElement>("[data-number]").forEach((mark, index) => {
      mark.textContent = String(index + 1);
    });
  }

  #changed(): void {
    this.#isDirty = true;
    this.#backup.keep(Number(this.#revision.value), this.#cells());
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#save(), PAUSE);
  }

  #say(text: string): void {
    this.#form.querySelector<HTMLElement>("[data-state]")!.textContent = text;
  }

  async #save(): Promise<void> {
    window.clearTimeout(this.#timer);
    while (this.#saving) await this.#saving;
    if (!this.#isDirty) return;
    this.#saving = this.#send().finally(() => (this.#saving = null));
    await this.#saving;
  }

  async #send(): Promise<void> {
    const cells = this.#cells();
    this.#isDirty = false;
    this.#say(this.#text("saving"));
    const outcome = await save(this.#text("save"), this.#token, Number(this.#revision.value), cells);
    switch (outcome.kind) {
      case "saved":
        this.#revision.value = String(outcome.revision);
        if (!this.#isDirty) this.#backup.clear();
        this.#say(`${this.#text("saved")}, ${outcome.saved}`);
        break;
      case "conflict":
        this.#isDirty = true;
        this.#revision.value = String(outcome.revision);
        this.#theirs = outcome.cells;
        this.#conflict(true);
        this.#say("");
        break;
      case "refused":
        this.#isDirty = true;
        this.#say(outcome.error);
        break;
      default:
        this.#isDirty = true;
        this.#say(this.#text(outcome.kind === "signed-out" ? "gone" : "unsaved"));
        this.#timer = window.setTimeout(() => void this.#save(), RETRY);
    }
  }

  #conflict(isThere: boolean): void {
    this.#form.querySelector<HTMLElement>("[data-conflict]")!.hidden = !isThere;
  }

  #bringBack(): void {
    const kept = this.#backup.read();
    if (!kept || JSON.stringify(kept.cells) === JSON.stringify(this.#cells())) {
      this.#backup.clear();
      return;
    }
    const now = this.#cells();
    this.#show(kept.cells);
    if (String(kept.revision) === this.#revision.value) {
      this.#changed();
    } else {
      this.#isDirty = true;
      this.#theirs = now;
      this.#conflict(true);
    }
  }

  #show(cells: Cell[]): void {
    this.#list.replaceChildren();
    for (const cell of cells) this.#add(cell, null);
    this.#number();
  }

  #add(cell: Cell, after: HTMLElement | null): HTMLElement {
    const template = document.querySelector<HTMLTemplateElement>(
      `[data-new-cell=${cell.type === "code" ? "code" : "markdown"}]`,
    )!;
    const copy = template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    copy.querySelector("textarea")!.value = cell.source;
    copy.dataset["tags"] = cell.tags.join(" ");
    copy.querySelector<HTMLInputElement>("[data-tag-field]")!.value = cell.tags.join(" ");
    if (after) after.after(copy);
    else this.#list.append(copy);
    this.#start(copy);
    return copy;
  }

  #clicked(event: Event): void {
    const button = (event.target as HTMLElement).closest<HTMLElement>("button");
    const cell = button?.closest<HTMLElement>("[data-cell]");
    if (button?.dataset["keep"]) this.#settle(button.dataset["keep"]);
    if (!button?.dataset["do"] || !cell) return;
    const previous = cell.previousElementSibling;
    if (button.dataset["do"] === "add") this.#add({ type: "code", source: "", tags: [] }, cell);
    if (button.dataset["do"] === "up" && previous) previous.before(cell);
    if (button.dataset["do"] === "remove" && this.#list.childElementCount > 1) cell.remove();
    this.#number();
    this.#changed();
  }

  #settle(which: string): void {
    this.#conflict(false);
    if (which === "theirs") {
      this.#show(this.#theirs);
      this.#isDirty = false;
      this.#backup.clear();
    } else {
      this.#isDirty = true;
      void this.#save();
    }
  }

  /** Lets the form go once all is saved: what it asks for is done to what is saved. */
  #submit(event: SubmitEvent): void {
    const button = event.submitter as HTMLButtonElement | null;
    if (button?.value === "try") {
      event.preventDefault();
      void this.#save().then(() => {
        if (!this.#isDirty) void this.#tryout.start(this.#token);
      });
    } else if (this.#isDirty || this.#saving) {
      event.preventDefault();
      void this.#save().then(() => this.#isDirty || this.#form.requestSubmit(button));
    } else if (button?.value === "start-again") {
      this.#backup.clear();
    }
  }
}

// Beside the notebook there is room for the statement, above it only at first.
if (window.matchMedia("(width >= 75rem)").matches) {
  document.querySelectorAll<HTMLDetailsElement>(".work-statement").forEach((one) => (one.open = true));
}
document.querySelectorAll<HTMLFormElement>("[data-work]").forEach((form) => new Work(form));
