const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Lets the arrow keys walk from cell to cell in every table marked `data-grid`. */
export function startAnswerGrids(): void {
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    const step = STEPS[event.key];
    if (!step || !(input instanceof HTMLInputElement) || event.altKey || event.ctrlKey) return;
    const neighbour = cellBeside(input, step);
    if (!neighbour || (step[1] !== 0 && !caretIsAtEdge(input, step[1]))) return;
    event.preventDefault();
    neighbour.focus();
    neighbour.select();
  });
}

function cellBeside(
  input: HTMLInputElement,
  [down, right]: readonly [number, number],
): HTMLInputElement | null {
  const row = Number(input.dataset["row"]) + down;
  const column = Number(input.dataset["column"]) + right;
  const table = input.closest("table[data-grid]");
  return table?.querySelector(`input[data-row="${row}"][data-column="${column}"]`) ?? null;
}

/** Inside a number that is being typed, left and right keep moving the caret. */
function caretIsAtEdge(input: HTMLInputElement, direction: number): boolean {
  const { selectionStart, selectionEnd, value } = input;
  if (selectionStart === 0 && selectionEnd === value.length) return true;
  return direction < 0 ? selectionEnd === 0 : selectionStart === value.length;
}
