/**
 * Lets a file be dropped on any `[data-drop]` zone around a file input.
 *
 * The zone's `data-max-bytes` and `data-too-large` (the sentence to show) refuse a file before it
 * travels; the server checks again.
 */
export function startDropZones(): void {
  for (const zone of document.querySelectorAll<HTMLElement>("[data-drop]")) {
    const input = zone.querySelector<HTMLInputElement>("input[type=file]");
    if (input) startDropZone(zone, input);
  }
}

function startDropZone(zone: HTMLElement, input: HTMLInputElement): void {
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    showChosen(zone, input);
  });
  input.addEventListener("change", () => showChosen(zone, input));
}

function showChosen(zone: HTMLElement, input: HTMLInputElement): void {
  const file = input.files?.[0];
  const limit = Number(zone.dataset["maxBytes"] ?? Infinity);
  const isTooLarge = file !== undefined && file.size > limit;
  input.setCustomValidity(isTooLarge ? (zone.dataset["tooLarge"] ?? "") : "");
  input.reportValidity();
  zone.classList.toggle("has-file", file !== undefined);
}
