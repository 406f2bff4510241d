import { blockOf } from "./paste";

const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * Lets every table marked `data-grid` be filled in as a spreadsheet is.
 *
 * The arrow keys walk from cell to cell, Enter goes down and on to the next column, and a block of
 * numbers that is pasted fills the cells from the current one on. A verdict goes once its number does.
 */
export function startAnswerGrids(): void {
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || event.altKey || event.ctrlKey) return;
    if (!input.closest("table[data-grid]")) return;
    if (event.key === "Enter") goOn(event, input);
    const step = STEPS[event.key];
    if (step) walk(event, input, step);
  });
  document.addEventListener("paste", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.closest("table[data-grid]")) return;
    const block = blockOf(event.clipboardData?.getData("text/plain") ?? "");
    if (block.flat().length < 2) return;
    event.preventDefault();
    fill(input, block);
  });
  document.addEventListener("input", (event) => {
    const cell = event.target instanceof Element ? event.target.closest(".cells .right, .cells .wrong") : null;
    cell?.classList.remove("right", "wrong");
    cell?.querySelector(".verdict")?.remove();
  });
}

function walk(
  event: KeyboardEvent,
  input: HTMLInputElement,
  step: readonly [number, number],
): void {
  const neighbour = cellBeside(input, step);
  if (!neighbour || (step[1] !== 0 && !caretIsAtEdge(input, step[1]))) return;
  event.preventDefault();
  enter(neighbour);
}

/** Enter never hands in from within a grid: an attempt is spent by the button alone. */
function goOn(event: KeyboardEvent, input: HTMLInputElement): void {
  event.preventDefault();
  const column = Number(input.dataset["column"]);
  const below = cellBeside(input, [1, 0]) ?? cellAt(input, 0, column + 1);
  if (below) return enter(below);
  const tables = [...(input.form?.querySelectorAll("table[data-grid]") ?? [])];
  const next = tables[tables.findIndex((table) => table.contains(input)) + 1];
  const first = next?.querySelector("input");
  if (first) enter(first);
  else input.form?.querySelector<HTMLElement>("[type=submit]")?.focus();
}

function fill(input: HTMLInputElement, block: readonly (readonly string[])[]): void {
  const row = Number(input.dataset["row"]);
  const column = Number(input.dataset["column"]);
  block.forEach((line, down) =>
    line.forEach((text, right) => {
      const cell = cellAt(input, row + down, column + right);
      if (!cell || cell.matches(":disabled")) return;
      cell.value = text.slice(0, cell.maxLength < 0 ? text.length : cell.maxLength);
      cell.dispatchEvent(new Event("input", { bubbles: true }));
    }),
  );
}

function enter(cell: HTMLInputElement): void {
  cell.focus();
  cell.select();
}

function cellBeside(
  input: HTMLInputElement,
  [down, right]: readonly [number, number],
): HTMLInputElement | null {
  return cellAt(input, Number(input.dataset["row"]) + down, Number(input.dataset["column"]) + right);
}

function cellAt(input: HTMLInputElement, row: number, column: number): HTMLInputElement | null {
  const table = input.closest("table[data-grid]");
  return table?.querySelector(`input[data-row="${row}"][data-column="${column}"]`) ?? null;
}

/** Inside a number that is being typed, left and right keep moving the caret. */
function caretIsAtEdge(input: HTMLInputElement, direction: number): boolean {
  const { selectionStart, selectionEnd, value } = input;
  if (selectionStart === 0 && selectionEnd === value.length) return true;
  return direction < 0 ? selectionEnd === 0 : selectionStart === value.length;
}
