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
    const ok = await send(url, form);
    if (ok) saved = now;
    show(form, ok);
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

async function send(url: string, form: HTMLFormElement): Promise<boolean> {
  try {
    const answer = await fetch(url, { method: "POST", body: texts(form), credentials: "same-origin" });
    return answer.ok;
  } catch {
    // No line just now: the text is still in the form, the next turn tries again.
    return false;
  }
}

function show(form: HTMLFormElement, ok: boolean): void {
  const place = one("[data-draft-status]", form);
  if (place === null) return;
  const clock = new Date().toLocaleTimeString("zh-CN", { hour: "numeric", minute: "2-digit", hour12: false });
  const words = (ok ? place.dataset["saved"] : place.dataset["unsaved"]) ?? "";
  place.textContent = words.replace("{time}", clock);
}
