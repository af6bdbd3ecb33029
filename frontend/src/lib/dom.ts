// Small things every module needs.

export type Stop = () => void;

/** All elements under `root` that match, as an array. */
export function all<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return Array.from(root.querySelectorAll<T>(selector));
}

/** The first element that matches, or null. */
export function one<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(selector);
}

/** Whether typing goes into this element, so that a letter is text and not a command. */
export function writes(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !["checkbox", "radio", "button", "submit", "reset", "file", "range", "color"].includes(target.type);
}

/**
 * Whether a key belongs to an input method that is putting a character together: it chooses among characters there, and
 * must act on nothing here. Some browsers tell the key that ends it only by its number, 229.
 */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether a person can see and press it now. */
export function usable(element: HTMLElement): boolean {
  if (element.closest("[hidden], dialog:not([open])")) return false;
  if (element.getAttribute("aria-disabled") === "true" || (element as HTMLButtonElement).disabled === true) return false;
  return element.getClientRects().length > 0;
}

/** The words of a page live in its templates; a script reads them from data attributes of the document. */
export function words(name: string, otherwise: string): string {
  return document.documentElement.dataset[name] ?? otherwise;
}
