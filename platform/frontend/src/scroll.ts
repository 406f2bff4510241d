const SCROLLS = "math[display=block], pre, .scroll, .work-statement";
const HIGH = ".work-statement, .tall";

/** Lets the keyboard reach what is larger than its place and scrolls, and nothing else. */
export function startScrollRegions(): void {
  const look = (): void => document.querySelectorAll(SCROLLS).forEach(makeReachable);
  look();
  window.addEventListener("resize", look);
  document.addEventListener("htmx:afterSettle", look);
  // What is folded away has no size yet. The event does not bubble.
  document.addEventListener("toggle", look, { capture: true });
}

function makeReachable(region: Element): void {
  const isWide = region.scrollWidth > region.clientWidth;
  const isHigh = region.scrollHeight > region.clientHeight && region.matches(HIGH);
  if (isWide || isHigh) region.setAttribute("tabindex", "0");
  else region.removeAttribute("tabindex");
}
