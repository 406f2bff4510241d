const BRACKETS = /[[\]()]/g;
// A comma inside a number is a decimal one: only one with a space after it stands between two.
const BETWEEN = /;|,(?=\s|$)|\s/;

/** Returns the cells of a block of numbers as spreadsheets, NumPy or people write it, by rows. */
export function blockOf(text: string): readonly (readonly string[])[] {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  return lines.map(cellsOf).filter((cells) => cells.length > 0);
}

function cellsOf(line: string): readonly string[] {
  // Between tabs a cell may be empty: it stays so, and keeps the others in their columns.
  if (line.includes("\t")) return line.split("\t").map((cell) => cell.trim());
  return line.replace(BRACKETS, " ").split(BETWEEN).filter((cell) => cell !== "");
}
