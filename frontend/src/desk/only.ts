// What only some ways of handling ask for is shown while one of them is chosen; without this script all of it is there.
import { all } from "../lib/dom";

const CHOICES = "select[name=way], select[name=handling]";

export function startOnly(root: ParentNode = document): void {
  const forms = new Set(all<HTMLTextAreaElement>("[data-only]", root).map((box) => box.form));
  forms.forEach((form) => {
    if (form === null || all(CHOICES, form).length === 0) return;
    form.addEventListener("change", () => show(form));
    show(form);
  });
}

function show(form: HTMLFormElement): void {
  const chosen = all<HTMLSelectElement>(CHOICES, form).map((select) => select.selectedOptions[0]?.text ?? "");
  all<HTMLTextAreaElement>("[data-only]", form).forEach((box) => {
    const field = box.closest<HTMLElement>(".hy-field");
    if (field === null) return;
    const wanted = (box.dataset["only"] ?? "").split("|").some((title) => chosen.includes(title));
    field.hidden = !wanted && box.value === "" && !field.classList.contains("is-wrong");
  });
}
