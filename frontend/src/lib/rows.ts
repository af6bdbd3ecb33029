// Rows of a list: move with J and K, open with Enter, pick with X; the bar that appears with a selection; and, where a
// narrow screen stacks the cells of a row, what each of them is.
import { all, one, usable } from "./dom";

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
  list.forEach((row, index) => row.classList.toggle("is-here", index === to));
  const row = list[to];
  if (row === undefined) return false;
  one("a[href]", row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
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
