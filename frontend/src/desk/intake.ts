// The clerk's form: Enter goes on to the next field, the way chosen shows its own fields, hints fill in what they say.
import { all, composing, one, usable } from "../lib/dom";
import { startPlaces } from "./places";

export function startIntake(root: ParentNode = document): void {
  all<HTMLFormElement>("form[data-intake]", root).forEach(startForm);
  showScripted(root);
}

// In which of the parts that are drawn anew the clerk has chosen something since it was asked what the words look like.
const PARTS = ["topics", "owner"];
let chosen = new Set<string>();

document.addEventListener("htmx:beforeRequest", (event) => {
  const asks = (event as CustomEvent<{ requestConfig: { parameters: Record<string, unknown> } }>).detail.requestConfig;
  if (asks.parameters["do"] === "look") chosen = new Set();
});

/** An answer that comes late does not draw over a choice made meanwhile. */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.target instanceof HTMLElement && chosen.has(event.target.id)) event.preventDefault();
});

document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.target instanceof HTMLElement) showScripted(event.target);
});

/** Buttons that only a script can serve. */
function showScripted(root: ParentNode): void {
  all("[data-dismiss], [data-fill-name]", root).forEach((button) => (button.hidden = false));
}

function startForm(form: HTMLFormElement): void {
  all("[data-noscript]", form).forEach((button) => (button.hidden = true));
  form.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.key !== "Enter" || event.ctrlKey || composing(event) || event.defaultPrevented) return;
    if (!(target instanceof HTMLInputElement) || target.type === "radio") return;
    event.preventDefault();
    next(form, target)?.focus();
  });
  form.addEventListener("change", (event) => {
    const target = event.target as HTMLInputElement;
    if (target.name === "way") showWay(form);
    const part = PARTS.find((id) => one(`#${id}`, form)?.contains(target));
    // The choice of a body asks by itself, and the answer to that has it.
    if (part !== undefined && !target.hasAttribute("hx-post")) chosen.add(part);
    if (target.name === "topic_other" && target.value !== "") {
      const none = one<HTMLInputElement>("#id_topic_none", form);
      if (none !== null) none.checked = true;
    }
  });
  form.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const dismiss = target?.closest<HTMLElement>("[data-dismiss]");
    if (dismiss) dismiss.closest(dismiss.dataset["dismiss"] ?? "")?.remove();
    const fill = target?.closest<HTMLElement>("[data-fill-name]");
    if (fill) fillIn(form, fill);
  });
  startPlaces(form.parentNode ?? document);
  showWay(form);
}

function next(form: HTMLFormElement, from: HTMLElement): HTMLElement | null {
  const fields = all("input:not([type=hidden]), textarea, select", form).filter(usable);
  return fields[fields.indexOf(from) + 1] ?? null;
}

function showWay(form: HTMLFormElement): void {
  const way = one<HTMLInputElement>("input[name=way]:checked", form)?.value ?? "";
  all("[data-way]", form).forEach((part) => (part.hidden = part.dataset["way"] !== way));
}

function fillIn(form: HTMLFormElement, button: HTMLElement): void {
  const put = (id: string, value: string | undefined): void => {
    const field = one<HTMLInputElement>(id, form);
    if (field === null || !value) return;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  put("#id_reporter_name", button.dataset["fillName"]);
  put("#id_place_text", button.dataset["fillPlace"]);
  put("#id_place_code", button.dataset["fillCode"]);
  one<HTMLElement>("#id_text", form)?.focus();
}
