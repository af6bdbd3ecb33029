// Coming back to a form that was sent finds the same form. The page is fetched anew and would bring a new key; with that
// of before the same words sent again are one matter, and other words are asked about. Kept by the tab, with its history.
import { all } from "./dom";

const NAMES = ["key", "slip"];

export function startBack(): void {
  all<HTMLFormElement>("form[data-once]").forEach((form) => {
    const fields = all<HTMLInputElement>("input[type=hidden]", form).filter((field) => NAMES.includes(field.name));
    const state = window.history.state as { once?: Record<string, string> } | null;
    const before = state?.once;
    if (before === undefined) {
      const once = Object.fromEntries(fields.map((field) => [field.name, field.value]));
      window.history.replaceState({ ...state, once }, "");
      return;
    }
    fields.forEach((field) => {
      field.value = before[field.name] ?? field.value;
    });
  });
}
