// Questions asked on the telephone: a digit answers the question at hand and goes on to the next.
import { all, composing, one, writes } from "../lib/dom";
import { lettersOn } from "../lib/keys";

export function startQuestions(root: ParentNode = document): void {
  all<HTMLFormElement>("form[data-questions]", root).forEach((form) => {
    document.addEventListener("keydown", (event) => {
      if (composing(event) || event.defaultPrevented || event.repeat) return;
      if (event.ctrlKey || event.altKey || event.metaKey || writes(event.target) || !lettersOn()) return;
      if (one("dialog[open]") !== null) return;
      if (/^[1-9]$/.test(event.key) && answer(form, Number(event.key))) event.preventDefault();
    });
    form.addEventListener("change", () => showFollows(form));
    showFollows(form);
  });
}

function answer(form: HTMLFormElement, number: number): boolean {
  const questions = all("[data-question]", form);
  const asked = questions.find((one) => one.contains(document.activeElement)) ?? questions.find((one) => !answered(one));
  const option = asked === undefined ? undefined : all<HTMLInputElement>("input[type=radio]", asked)[number - 1];
  if (asked === undefined || option === undefined) return false;
  option.checked = true;
  option.dispatchEvent(new Event("change", { bubbles: true }));
  const after = questions[questions.indexOf(asked) + 1];
  if (after === undefined) one<HTMLElement>("textarea", form)?.focus();
  else one<HTMLElement>("input[type=radio]", after)?.focus();
  return true;
}

function answered(question: HTMLElement): boolean {
  return one("input:checked", question) !== null;
}

/** What an answer will cause is said before it is sent. */
function showFollows(form: HTMLFormElement): void {
  const solved = one<HTMLInputElement>("input[name=solved]:checked", form)?.value ?? "";
  all("[data-follows]", form).forEach((part) => (part.hidden = part.dataset["follows"] !== solved));
}
