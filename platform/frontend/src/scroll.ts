const WIDE = "math[display=block], pre, .scroll";

/** Lets the keyboard reach what is wider than its place and scrolls sideways, and nothing else. */
export function startScrollRegions(): void {
  const look = (): void => document.querySelectorAll(WIDE).forEach(makeReachable);
  look();
  window.addEventListener("resize", look);
  document.addEventListener("htmx:afterSettle", look);
}

function makeReachable(region: Element): void {
  if (region.scrollWidth > region.clientWidth) region.setAttribute("tabindex", "0");
  else region.removeAttribute("tabindex");
}
