import htmx from "htmx.org";

/**
 * Starts htmx under the portal's Content-Security-Policy, and tells screen readers what changed.
 *
 * What is asked for again and again is swapped in only where it differs, so that nobody loses what
 * they select or read meanwhile. A swapped fragment says in `data-announce` what is worth hearing. It is copied into the page's
 * one status region only when it differs, so that polling does not repeat itself aloud; a fragment
 * with `data-focus` takes the focus, as a new page would.
 */
export function startLivePages(): void {
  htmx.config.allowEval = false;
  htmx.config.includeIndicatorStyles = false;
  htmx.config.selfRequestsOnly = true;
  htmx.config.historyCacheSize = 0;
  const shown = new Map<string, string>();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, serverResponse, xhr } = (event as CustomEvent<Swap>).detail;
    if (xhr.status !== 200 || target.getAttribute("hx-trigger")?.startsWith("every") !== true) return;
    if (shown.get(target.id) === serverResponse) event.preventDefault();
    shown.set(target.id, serverResponse);
  });
  document.addEventListener("htmx:afterSettle", () => {
    announce(document.querySelector<HTMLElement>("[data-announce]")?.dataset["announce"] ?? "");
    document.querySelector<HTMLElement>("[data-focus]")?.focus({ preventScroll: true });
  });
}

interface Swap {
  target: Element;
  serverResponse: string;
  xhr: XMLHttpRequest;
}

function announce(text: string): void {
  const region = document.getElementById("status");
  if (region && region.textContent !== text) region.textContent = text;
}
