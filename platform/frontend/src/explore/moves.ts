import type { Player } from "./player";

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Lets a mouse, a finger and the arrow keys go over the cells of a figure's output. */
export function followMoves(figure: HTMLElement, player: Player): void {
  // Not pointerover: a page that scrolls under a mouse at rest must not undo what a key did.
  figure.addEventListener("pointermove", (event) => lookAt(player, event.target));
  figure.addEventListener("focusin", (event) => lookAt(player, event.target));
  figure.addEventListener("pointerdown", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-out]")) return;
    // A finger stays with the cell that it came down on, unless that lets it go.
    event.target.releasePointerCapture(event.pointerId);
  });
  figure.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || !placeOf(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [row, column] = player.cell;
    player.look(row + step[0], column + step[1])?.focus();
  });
}

function lookAt(player: Player, target: EventTarget | null): void {
  const place = placeOf(target);
  if (place && place.join() !== player.cell.join()) player.look(...place);
}

function placeOf(target: EventTarget | null): readonly [number, number] | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-out]") : null;
  if (!cell) return null;
  const [row = 0, column = 0] = (cell.dataset["out"] ?? "").split(",").map(Number);
  return [row, column];
}
