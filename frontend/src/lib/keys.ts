// Keys. Letters act only outside fields and can be switched off; in fields Ctrl and Alt act.
import { all, one, usable, writes } from "./dom";
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
    if (event.isComposing || event.defaultPrevented || event.repeat) return;
    if (act(event)) event.preventDefault();
  });
  startSheet();
}

function act(event: KeyboardEvent): boolean {
  const name = written(event);
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (name === "ctrl+enter") return press(mainButton());
  if (name === "escape") return escape(event);
  if (plain && writes(event.target)) return false;
  if (one<HTMLDialogElement>("dialog[open]") !== null && plain) return false;
  if (plain && !lettersOn() && /^[a-z?/]$/.test(name)) return false;
  return press(named(name)) || (plain && builtIn(name, event));
}

function builtIn(name: string, event: KeyboardEvent): boolean {
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
    case "enter":
      // On a link or button Enter is the browser's.
      return event.target === document.body || event.target === one("#main") ? openRow() : false;
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
  return one("dialog[open]") === null && pickNone();
}

function named(name: string): HTMLElement | null {
  return all("[data-key]").find((element) => element.dataset["key"]?.toLowerCase() === name && usable(element)) ?? null;
}

function mainButton(): HTMLElement | null {
  const marked = all("[data-main]").find(usable);
  return marked ?? all("main .btn-primary").find(usable) ?? null;
}

/** Press what a key names; a field gets the focus instead. */
function press(element: HTMLElement | null): boolean {
  if (element === null) return false;
  if (writes(element)) element.focus();
  else element.click();
  return true;
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
