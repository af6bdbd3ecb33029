// Rows of a list: move with J and K, open with Enter, pick with X; the bar that appears with a selection; and, where a
// narrow screen stacks the cells of a row, what each of them is.
import { all, one, usable } from "./dom";

const STORE = "huiyin-row";


function rows(): HTMLElement[] {
  return all("[data-row]").filter(usable);
}

function current(): HTMLElement | null {
  return rows().find((row) => row.classList.contains("is-here")) ?? null;
}

export function moveRow(by: 1 | -1): boolean {
  const list = rows();
  if (list.length === 0) return false;
  const at = list.findIndex((row) => row.classList.contains("is-here"));
  const to = Math.max(0, Math.min(list.length - 1, at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by));
  return stand(list[to]);
}

function stand(row: HTMLElement | undefined): boolean {
  if (row === undefined) return false;
  mark(row);
  one("a[href]", row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function mark(row: HTMLElement): void {
  all("[data-row].is-here").forEach((other) => other.classList.toggle("is-here", other === row));
  row.classList.add("is-here");
}

/** The first row of a list that was drawn anew; false where there is none. */
export function firstRow(root: ParentNode): boolean {
  return stand(all("[data-row]", root).find(usable));
}

/** Which row one stands on follows the focus; which one was left by it is found again on coming back. */
export function startStanding(): void {
  document.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-row]") : null;
    if (row !== null) mark(row);
  });
  document.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target.closest("[data-row] a[href], [data-row] button") : null;
    if (pressed !== null) keep(pressed.closest<HTMLElement>("[data-row]"));
  });
}

/** Only in this tab and only where it stood; nothing of what the row says. */
function keep(row: HTMLElement | null): void {
  if (row === null) return;
  const left = { path: location.pathname, at: rows().indexOf(row), link: one("a[href]", row)?.getAttribute("href") ?? "" };
  try {
    window.sessionStorage.setItem(STORE, JSON.stringify(left));
  } catch {
    // Storage is forbidden here: the list opens at its beginning.
  }
}

/** On coming back to a list: the row one left, or where it is gone the one that came up in its place. */
export function standAgain(): HTMLElement | null {
  let left: { path: string; at: number; link: string };
  try {
    left = JSON.parse(window.sessionStorage.getItem(STORE) ?? "null") as typeof left;
    if (left === null || left.path !== location.pathname) return null;
    window.sessionStorage.removeItem(STORE);
  } catch {
    return null;
  }
  const list = rows();
  const same = list.find((row) => one("a[href]", row)?.getAttribute("href") === left.link);
  const row = same ?? list[Math.min(left.at, list.length - 1)] ?? null;
  if (row !== null) mark(row);
  return row;
}

export function openRow(): boolean {
  const link = one("a[href]", current() ?? rows()[0] ?? document.createDocumentFragment());
  link?.click();
  return link !== null;
}

export function pickRow(): boolean {
  const row = current();
  const box = row === null ? null : one<HTMLInputElement>("input[type=checkbox]", row);
  box?.click();
  return box !== null;
}

export function pickNone(): boolean {
  const picked = all<HTMLInputElement>("[data-row] input[type=checkbox]:checked");
  picked.forEach((box) => {
    box.checked = false;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  return picked.length > 0;
}

export function startRows(root: ParentNode = document): void {
  all<HTMLFormElement>("form[data-bulk]", root).forEach(startBulk);
  all<HTMLTableElement>("table.hy-stack", root).forEach(label);
}

/** Give each cell the name of its column: a stacked row has no head above it. What a row is about needs none. */
function label(table: HTMLTableElement): void {
  const heads = all<HTMLTableCellElement>("thead th", table);
  const names = heads.map((head) => (one(".hy-visually-hidden", head) === null ? (head.textContent ?? "").trim() : ""));
  const first = heads.findIndex((head) => !head.classList.contains("hy-tick"));
  for (const body of Array.from(table.tBodies)) {
    for (const row of Array.from(body.rows)) {
      Array.from(row.cells).forEach((cell, index) => {
        const name = names[index] ?? "";
        const spoken = one(".hy-subject, .hy-c, .hy-b", cell) !== null;
        if (index > first && name !== "" && !spoken && (cell.textContent ?? "").trim() !== "") cell.dataset["label"] = name;
      });
    }
  }
}

function startBulk(form: HTMLFormElement): void {
  if (form.dataset["started"] !== undefined) return;
  form.dataset["started"] = "";
  const whole = one<HTMLInputElement>("[data-bulk-all]", form);
  form.addEventListener("change", (event) => {
    if (event.target === whole && whole !== null) {
      boxes(form).forEach((box) => (box.checked = whole.checked));
    }
    showBulk(form, whole);
  });
  all("[data-bulk-none]", form).forEach((button) => button.addEventListener("click", pickNone));
  showBulk(form, whole);
}

function boxes(form: HTMLFormElement): HTMLInputElement[] {
  return all<HTMLInputElement>("[data-row] input[type=checkbox]", form);
}

function showBulk(form: HTMLFormElement, whole: HTMLInputElement | null): void {
  const list = boxes(form);
  const picked = list.filter((box) => box.checked).length;
  list.forEach((box) => box.closest("[data-row]")?.classList.toggle("is-picked", box.checked));
  all("[data-bulk-bar]", form).forEach((bar) => (bar.hidden = picked === 0));
  all("[data-bulk-count]", form).forEach((place) => (place.textContent = String(picked)));
  if (whole !== null) {
    whole.checked = picked > 0 && picked === list.length;
    whole.indeterminate = picked > 0 && picked < list.length;
  }
}
