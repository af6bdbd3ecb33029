// A form is sent once. The button keeps its width and says that it is being sent.
import { all, one } from "./dom";

export function startBusy(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (form.dataset["sent"] !== undefined) {
      event.preventDefault();
      return;
    }
    const button = event instanceof SubmitEvent ? event.submitter : null;
    if (form.method !== "post" || form.target === "_blank" || form.hasAttribute("data-again")) return;
    form.dataset["sent"] = "";
    // After this turn, so that the button's own name and value are still sent with the form.
    window.setTimeout(() => say(form, button instanceof HTMLButtonElement ? button : null));
  });
  // Coming back by the browser's button shows the page as it was left: make it usable again.
  window.addEventListener("pageshow", () => all<HTMLFormElement>("form[data-sent]").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = (event.target as Element | null)?.closest("form");
    if (form instanceof HTMLFormElement) release(form);
  });
}

function say(form: HTMLFormElement, pressed: HTMLButtonElement | null): void {
  const button = pressed ?? one<HTMLButtonElement>("button[type=submit], button:not([type])", form);
  if (button === null || button.hasAttribute("data-quiet")) return;
  const width = Math.ceil(button.getBoundingClientRect().width);
  button.setAttribute("aria-busy", "true");
  button.dataset["was"] = button.innerHTML;
  // Set through the object model, which the content policy allows; a style attribute in markup it would not.
  button.style.setProperty("min-width", `${width}px`);
  button.textContent = button.dataset["busy"] ?? document.documentElement.dataset["busy"] ?? "…";
}

function release(form: HTMLFormElement): void {
  delete form.dataset["sent"];
  all<HTMLButtonElement>("button[aria-busy]", form).forEach((button) => {
    button.removeAttribute("aria-busy");
    if (button.dataset["was"] !== undefined) button.innerHTML = button.dataset["was"];
    delete button.dataset["was"];
    button.style.removeProperty("min-width");
  });
}
