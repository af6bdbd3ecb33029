// What a page does when it opens: focus, menu, print, closing of open menus.
import { all, one, usable } from "./dom";
import { firstRow, standAgain } from "./rows";

/**
 * Where the keyboard stands when a page has come: at what is wrong, else at what was just done, else on the row one left,
 * else in the first field still empty of a form that is all the page is for. A finger is not led into a field: its keys
 * would cover the page.
 */
export function startFocus(): void {
  const row = standAgain();
  const fields = window.matchMedia("(pointer: coarse)").matches ? [] : fieldsOf(one("form[data-begin]"));
  const field = fields.find(empty) ?? fields[0];
  const place = one("[data-said]") ?? (row === null ? (field ?? null) : one("a[href]", row));
  if (document.activeElement === document.body) place?.focus();
  // The address of a form may name a part of the page: what was done with it is said elsewhere, and is read first.
  if (location.hash !== "" && place?.id === "hy-said") location.replace("#hy-said");
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fieldsOf(form: HTMLElement | null): Field[] {
  return form === null ? [] : all<Field>("input:not([type=hidden]), select, textarea", form).filter(usable);
}

/** Of what is ticked or picked: whether it is the first of its name, and none of them is. */
function empty(field: Field): boolean {
  if (field.type !== "radio" && field.type !== "checkbox") return field.value === "";
  return field.form !== null && one(`[name="${field.name}"]:checked`, field.form) === null;
}

export function startPage(root: ParentNode = document): void {
  one("[data-focus-first]", root)?.focus();
  all("[data-print]", root).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}

/** A button that shows and hides what it names; whether that is folded at all, the style of the width says. */
export function startUnfold(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-unfold]") : null;
    button?.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
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
  const outside = (event: Event): void => {
    all<HTMLDetailsElement>("details.hy-chip-menu[open]").forEach((menu) => {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
  };
  document.addEventListener("click", outside);
  document.addEventListener("focusin", outside);
}

/** What is used here of the browser's own list of the pages one came by; not every browser has it. */
interface Kept {
  entries(): { key: string; url: string | null }[];
  currentEntry: { index: number } | null;
  traverseTo(key: string): unknown;
}

/** The way back to where one came from before this matter: the list with its filters, the day's work, the ledger. */
export function startWayBack(): void {
  const button = one("[data-way-back]");
  const kept = (window as unknown as { navigation?: Kept }).navigation;
  if (button === null || kept?.currentEntry == null) return;
  const below = button.dataset["wayBack"] ?? "";
  const before = kept.entries().slice(0, kept.currentEntry.index).reverse();
  const there = before.find((entry) => entry.url !== null && !new URL(entry.url).pathname.startsWith(below));
  if (there === undefined) return;
  button.hidden = false;
  button.addEventListener("click", () => kept.traverseTo(there.key));
}

/** After htmx has put in a new part: where what had the focus is gone with the old one, go on in the new one. */
export function startSwaps(again: (root: ParentNode) => void): void {
  document.addEventListener("htmx:afterSwap", (event) => {
    const part = event.target;
    if (!(part instanceof HTMLElement)) return;
    again(part);
    if (document.activeElement === document.body && !firstRow(part)) one("[data-said], .hy-block a[href]", part)?.focus();
  });
}
