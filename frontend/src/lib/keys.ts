// Keys. Letters act only outside fields and can be switched off; in fields Ctrl and Alt act.
import { all, composing, one, usable, writes } from "./dom";
import { moveRow, openRow, pickNone, pickRow } from "./rows";

const STORE = "huiyin-letters";

/** "alt+1", "ctrl+enter", "n", "?": how a key event is written in `data-key`. */
export function written(event: KeyboardEvent): string {
  // Alt+digit gives another character on some layouts; the physical key is meant.
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
  const letter = event.altKey ? /^Key([A-Z])$/.exec(event.code)?.[1] : undefined;
  const key = (event.altKey && digit ? digit : (letter ?? event.key)).toLowerCase();
  const parts = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : ""].filter(Boolean);
  return [...parts, key].join("+");
}

/** Whether single letters act: the server's word for this person, unless this browser was told otherwise. */
export function lettersOn(): boolean {
  const here = remembered();
  return here === null ? document.documentElement.dataset["shortcuts"] !== "off" : here === "on";
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    // A key held down goes on from row to row; nothing else is done twice by it.
    if (composing(event) || event.defaultPrevented || (event.repeat && !/^[jk]$/i.test(event.key))) return;
    if (act(event)) event.preventDefault();
  });
  startSheet();
}

function act(event: KeyboardEvent): boolean {
  const name = written(event);
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  // Behind what is open nothing is pressed.
  if (one<HTMLDialogElement>("dialog[open]") !== null) return false;
  if (name === "ctrl+enter") return press(mainButton(event.target));
  if (name === "enter") return enter(event.target);
  if (name === "escape") return escape(event);
  if (plain && writes(event.target)) return false;
  // Letters, digits and signs alike: each is one character (WCAG 2.1.4).
  if (plain && !lettersOn() && name.length === 1) return false;
  return press(named(name)) || (plain && builtIn(name));
}

/** Enter where nothing is to be pressed opens the row one stands on; in a field with a button of its own it presses that. */
function enter(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && writes(target)) return press(ownButton(target));
  const stands = target === document.body || (target instanceof HTMLElement && target.tabIndex < 0 && !writes(target));
  return stands && openRow();
}

function builtIn(name: string): boolean {
  switch (name) {
    case "?":
      return showSheet();
    case "/":
      return focusSearch();
    case "j":
      return moveRow(1);
    case "k":
      return moveRow(-1);
    case "x":
      return pickRow();
    default:
      return false;
  }
}

function escape(event: KeyboardEvent): boolean {
  const open = one<HTMLDetailsElement>("details.hy-chip-menu[open]");
  if (open !== null) {
    open.open = false;
    one("summary", open)?.focus();
    return true;
  }
  if (writes(event.target)) {
    (event.target as HTMLElement).blur();
    return true;
  }
  const side = one("#hy-side.is-open");
  const menu = one("[data-menu]");
  if (side !== null && menu !== null) {
    menu.click();
    menu.focus();
    return true;
  }
  return pickNone();
}

function named(name: string): HTMLElement | null {
  return all("[data-key]").find((element) => element.dataset["key"]?.toLowerCase() === name && usable(element)) ?? null;
}

/**
 * The button meant by Ctrl+Enter: within a form that form's, so that what is written in one is never sent by another's;
 * where a form offers several and marks none, none.
 */
function mainButton(from: EventTarget | null): HTMLElement | null {
  const form = from instanceof Element ? from.closest("form") : null;
  if (form !== null && from instanceof HTMLElement) {
    const sends = all("button:not([type=button])", form).filter(usable);
    return ownButton(from) ?? sends.find((button) => button.hasAttribute("data-main")) ?? (sends.length === 1 ? (sends[0] ?? null) : null);
  }
  const marked = all("[data-main]").find(usable);
  return marked ?? all("main .btn-primary").find(usable) ?? null;
}

/** A field that has a button beside it, within a form that has more: what is written in it goes by that one. */
function ownButton(field: HTMLElement): HTMLElement | null {
  const part = field.closest<HTMLElement>("[data-part]");
  return part === null ? null : (all("button:not([type=button])", part).find(usable) ?? null);
}

/** Press what a key names; a field, and a button that decides at once (`data-stand`), gets the focus instead. */
function press(element: HTMLElement | null): boolean {
  if (element === null) return false;
  if (writes(element) || element.hasAttribute("data-stand")) element.focus();
  else element.click();
  if (element.tagName === "SUMMARY") unfolded(element).focus();
  return true;
}

/** Where one goes on once a fold was pressed: the first thing in it, or where it was closed its own line. */
function unfolded(summary: HTMLElement): HTMLElement {
  const fold = summary.closest("details");
  const first = fold?.open ? all("a[href], button, input:not([type=hidden])", fold).find(usable) : undefined;
  return first ?? summary;
}

function focusSearch(): boolean {
  const field = one<HTMLInputElement>("[data-search]");
  if (field === null) return false;
  field.focus();
  field.select();
  return true;
}

function showSheet(): boolean {
  const sheet = one<HTMLDialogElement>("#hy-keys");
  if (sheet === null || typeof sheet.showModal !== "function") return false;
  const list = one("[data-keys-here]", sheet);
  if (list !== null) list.replaceChildren(...here());
  sheet.showModal();
  return true;
}

/** This page's own keys, from its buttons. */
function here(): HTMLElement[] {
  return all("[data-key]:not(.hy-nav a)").filter(usable).flatMap((element) => {
    const key = document.createElement("dt");
    const cap = document.createElement("kbd");
    cap.className = "hy-kbd";
    cap.textContent = (element.dataset["key"] ?? "").replace(/(^|\+)(\w)/g, (_, join: string, first: string) => join + first.toUpperCase());
    key.append(cap);
    const does = document.createElement("dd");
    does.textContent = title(element);
    return [key, does];
  });
}

function title(element: HTMLElement): string {
  const label = (element as Partial<HTMLInputElement>).labels?.[0];
  if (label !== undefined) return title(label);
  const copy = element.cloneNode(true) as HTMLElement;
  all("kbd", copy).forEach((cap) => cap.remove());
  return element.getAttribute("aria-label") ?? copy.textContent?.trim() ?? "";
}

function startSheet(): void {
  const sheet = one<HTMLDialogElement>("#hy-keys");
  all("[data-keys]").forEach((link) =>
    link.addEventListener("click", (event) => {
      if (showSheet()) event.preventDefault();
    }),
  );
  one("[data-keys-close]")?.addEventListener("click", () => sheet?.close());
  const toggle = one("[data-keys-switch]");
  const show = (): void => {
    if (toggle !== null) toggle.textContent = (lettersOn() ? toggle.dataset["on"] : toggle.dataset["off"]) ?? "";
  };
  toggle?.addEventListener("click", () => {
    remember(lettersOn() ? "off" : "on");
    show();
  });
  show();
}

// A preference, not personal data; where storage is forbidden it lasts for the page.
let forThisPage: string | null = null;

function remembered(): string | null {
  try {
    return window.localStorage.getItem(STORE);
  } catch {
    return forThisPage;
  }
}

function remember(value: string): void {
  forThisPage = value;
  try {
    window.localStorage.setItem(STORE, value);
  } catch {
    // Storage is forbidden here: the value above serves.
  }
}
