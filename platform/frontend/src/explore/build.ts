/** Returns a new element with attributes and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Returns the element, and leaves it alone among its kind for the Tab key. */
export function rove<Cell extends HTMLElement>(cell: Cell, among: Iterable<HTMLElement>): Cell {
  for (const one of among) one.tabIndex = one === cell ? 0 : -1;
  return cell;
}
