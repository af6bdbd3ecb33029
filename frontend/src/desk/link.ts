// The demo's single-use link carries its token behind “#”, where no server's log sees it.
import { one } from "../lib/dom";

export function startLink(): void {
  const form = one<HTMLFormElement>("form[data-link-form]");
  const field = form === null ? null : one<HTMLInputElement>("input[name=token]", form);
  const token = window.location.hash.slice(1);
  if (form === null || field === null || token === "") return;
  // Out of the address bar and of the history before anything else.
  window.history.replaceState(null, "", window.location.pathname);
  field.value = token;
  form.requestSubmit();
}
