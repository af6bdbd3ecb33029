// A field that finds places while one types: by name, pinyin or initials; arrows, Enter, Escape.
import { all, composing, one } from "../lib/dom";

const WAIT = 120;

export function startPlaces(root: ParentNode = document): void {
  all<HTMLFormElement>("form[data-intake]", root).forEach((form) => {
    const input = one<HTMLInputElement>("#id_place_text", form);
    const code = one<HTMLInputElement>("#id_place_code", form);
    const list = one<HTMLElement>("#place-list", form);
    if (input !== null && code !== null && list !== null) new Places(form, input, () => code, list, "places");
    const words = one<HTMLInputElement>("#id_topic_text", form);
    const topics = one<HTMLElement>("#topic-list", form);
    // The list of all topics is drawn anew with every suggestion: it is asked for when a topic is taken.
    const chosen = (): HTMLSelectElement | null => one<HTMLSelectElement>("#id_topic_other", form);
    if (words !== null && topics !== null) new Places(form, words, chosen, topics, "topics");
  });
}

class Places {
  private timer = 0;
  private asked = "";
  private shown = "";
  private take = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly input: HTMLInputElement,
    private readonly code: () => HTMLInputElement | HTMLSelectElement | null,
    private readonly list: HTMLElement,
    private readonly what: string,
  ) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => window.setTimeout(() => this.left(), 150));
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = (event.target as Element).closest<HTMLElement>("[data-code]");
      if (option !== null) this.pick(option);
    });
  }

  private typed(): void {
    this.set("");
    this.take = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), WAIT);
  }

  private async ask(): Promise<void> {
    const wanted = this.input.value.trim();
    this.asked = wanted;
    if (wanted === "") return this.close();
    const body = new FormData();
    body.set("do", this.what);
    body.set(this.input.name, wanted);
    body.set("csrfmiddlewaretoken", one<HTMLInputElement>("[name=csrfmiddlewaretoken]", this.form)?.value ?? "");
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok || this.asked !== wanted) return;
      // The server's own part, escaped there.
      this.list.innerHTML = await answer.text();
    } catch {
      return; // No line just now: what is typed goes with the form and is found by the server.
    }
    this.shown = wanted;
    this.open();
    if (this.take) this.pickHere();
  }

  private key(event: KeyboardEvent): void {
    if (composing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      this.move(move);
    } else if (event.key === "Enter" && this.empty() && this.input.value.trim() !== "") {
      event.preventDefault();
      event.stopPropagation();
      if (this.shown === this.input.value.trim()) this.pickHere();
      else this.take = true;
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  private options(): HTMLElement[] {
    return all("[data-code]", this.list);
  }

  private here(): number {
    return this.options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  }

  private move(by: number): void {
    const options = this.options();
    if (options.length === 0) return;
    this.open();
    this.mark(options[(this.here() + by + options.length) % options.length]);
  }

  private mark(option: HTMLElement | undefined): void {
    this.options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (option === undefined) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", option.id);
  }

  private pickHere(): void {
    const options = this.options();
    const option = options[Math.max(this.here(), 0)];
    if (option !== undefined) this.pick(option);
  }

  private pick(option: HTMLElement): void {
    this.input.value = option.dataset["path"] ?? "";
    this.shown = this.input.value;
    this.take = false;
    this.close();
    this.set(option.dataset["code"] ?? "");
  }

  private left(): void {
    const options = this.options();
    if (this.empty() && this.shown === this.input.value.trim() && options.length === 1) this.pickHere();
    this.close();
  }

  /** Nothing is taken yet of what stands in the field. */
  private empty(): boolean {
    return (this.code()?.value ?? "") === "";
  }

  private set(code: string): void {
    const field = this.code();
    if (field === null || field.value === code) return;
    field.value = code;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private open(): void {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  private close(): void {
    this.list.hidden = true;
    this.mark(undefined);
    this.input.setAttribute("aria-expanded", "false");
  }
}
