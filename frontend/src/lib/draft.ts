// Drafts are kept by the server, never in this browser: the text is a person's, the computer may be shared.
import { all, one } from "./dom";

const EVERY = 3000;

export function startDrafts(root: ParentNode = document): void {
  all<HTMLFormElement>("form[data-draft-url]", root).forEach(startDraft);
}

function startDraft(form: HTMLFormElement): void {
  const url = form.dataset["draftUrl"];
  if (url === undefined || form.dataset["drafting"] !== undefined) return;
  form.dataset["drafting"] = "";
  let saved = written(form);
  let saving = false;

  const save = async (): Promise<void> => {
    const now = written(form);
    if (saving || now === saved || form.dataset["sent"] !== undefined) return;
    saving = true;
    const when = await send(url, form);
    if (when !== null) saved = now;
    show(form, when);
    saving = false;
  };

  const timer = window.setInterval(() => void save(), EVERY);
  form.addEventListener("submit", () => window.clearInterval(timer));
  window.addEventListener("pagehide", () => {
    if (form.dataset["sent"] === undefined && written(form) !== saved) navigator.sendBeacon(url, texts(form));
  });
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset["sent"] === undefined && written(form) !== saved) event.preventDefault();
  });
}

function written(form: HTMLFormElement): string {
  const fields = Array.from(new FormData(form).entries());
  return JSON.stringify(fields.filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string"));
}

/** What was typed, without files: a draft keeps words only. */
function texts(form: HTMLFormElement): FormData {
  const data = new FormData(form);
  for (const [name, value] of Array.from(data.entries())) if (typeof value !== "string") data.delete(name);
  return data;
}

/** When the server kept it, in its own words; null where it did not. */
async function send(url: string, form: HTMLFormElement): Promise<string | null> {
  try {
    const answer = await fetch(url, { method: "POST", body: texts(form), credentials: "same-origin" });
    return answer.ok ? await answer.text() : null;
  } catch {
    // No line just now: the text is still in the form, the next turn tries again.
    return null;
  }
}

function show(form: HTMLFormElement, when: string | null): void {
  const place = one("[data-draft-status]", form);
  if (place === null) return;
  const words = (when === null ? place.dataset["unsaved"] : place.dataset["saved"]) ?? "";
  place.textContent = words.replace("{time}", when ?? "");
}
