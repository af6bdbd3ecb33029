// What a page does when it opens: focus, menu, print, closing of open menus.
import { all, one } from "./dom";

export function startPage(root: ParentNode = document): void {
  one("[data-focus-first]", root)?.focus();
  all("[data-print]", root).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}

/** Folded sections: one somebody asked for by its address opens, and on paper all of them are open. */
export function startFolds(): void {
  const reach = (): void => {
    const asked = document.getElementById(location.hash.slice(1));
    const fold = asked?.closest<HTMLDetailsElement>("details.hy-fold");
    if (!fold || fold.open) return;
    fold.open = true;
    asked?.scrollIntoView();
  };
  window.addEventListener("hashchange", reach);
  window.addEventListener("beforeprint", () => {
    all<HTMLDetailsElement>("details.hy-fold").forEach((fold) => (fold.open = true));
  });
  reach();
}

export function startMenu(): void {
  const button = one("[data-menu]");
  const side = one("#hy-side");
  if (button === null || side === null) return;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const open = side.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
    if (open) one("a", side)?.focus();
  });
  document.addEventListener("click", (event) => {
    all<HTMLDetailsElement>("details.hy-chip-menu[open]").forEach((menu) => {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
  });
}

/** After htmx has put in a new part: if the task changed (its heading asks for it), the focus goes there. */
export function startSwaps(again: (root: ParentNode) => void): void {
  document.addEventListener("htmx:afterSwap", (event) => {
    const part = event.target;
    if (!(part instanceof HTMLElement)) return;
    again(part);
    one("[data-focus-here]", part)?.focus();
  });
}
