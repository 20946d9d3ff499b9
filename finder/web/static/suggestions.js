// Suggestions under the question box: an ARIA combobox over /api/v1/suggest. Without this file the box is a plain search field.

const PAUSE = 120; // milliseconds without typing before the finder is asked
const LEAST = 2; // characters

export class Suggestions {
  #box;
  #input;
  #list;
  #status;
  #found = [];
  #active = -1;
  #timer = 0;
  #request = null;

  constructor(box) {
    this.#box = box;
    this.#input = box.querySelector("input");
    this.#list = box.querySelector("[role=listbox]");
    this.#status = box.querySelector("[role=status]");
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": this.#list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(attributes)) this.#input.setAttribute(name, value);
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.#close());
    this.#input.form.addEventListener("submit", () => this.#close());
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#choose(Number(option.dataset.place));
    });
    if (this.#input.value !== this.#input.defaultValue) this.#typed(); // quicker than this script was loaded
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    const text = this.#input.value.trim();
    if ([...text].length < LEAST) return this.#close();
    this.#timer = setTimeout(() => this.#ask(text), PAUSE);
  }

  async #ask(text) {
    this.#request = new AbortController();
    try {
      const address = `${this.#box.dataset.suggest}?q=${encodeURIComponent(text)}`;
      const answer = await fetch(address, { signal: this.#request.signal, headers: { Accept: "application/json" } });
      const body = answer.ok ? await answer.json() : { suggestions: [] };
      if (document.activeElement === this.#input) this.#show(body.suggestions);
    } catch (error) {
      if (error.name !== "AbortError") this.#close(); // searching works without suggestions
    }
  }

  #show(found) {
    this.#found = found;
    this.#active = -1;
    this.#list.replaceChildren(...found.map((suggestion, place) => this.#option(suggestion, place)));
    this.#list.hidden = found.length === 0;
    this.#input.setAttribute("aria-expanded", String(found.length > 0));
    this.#input.removeAttribute("aria-activedescendant");
    const { none, one, many } = this.#box.dataset;
    this.#status.textContent = found.length === 0 ? none : found.length === 1 ? one : many.replace("{n}", found.length);
  }

  #option(suggestion, place) {
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${place}`;
    option.dataset.place = place;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const text = document.createElement("bdi");
    text.textContent = suggestion.text;
    const kind = document.createElement("span");
    kind.className = "of";
    kind.textContent = this.#box.getAttribute(`data-kind-${suggestion.kind}`) ?? suggestion.kind;
    option.append(text, " ", kind);
    return option;
  }

  #key(event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && this.#found.length && !this.#list.hidden) {
      event.preventDefault();
      const places = this.#found.length + 1; // one place more: back in the box, with nothing chosen
      this.#mark(((this.#active + 1 + steps[event.key] + places) % places) - 1);
    } else if (event.key === "ArrowDown" && this.#found.length) {
      event.preventDefault();
      this.#show(this.#found);
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#active);
    } else if (event.key === "Escape" && !this.#list.hidden) {
      event.preventDefault();
      this.#close();
    }
  }

  #mark(place) {
    this.#active = place;
    for (const option of this.#list.children) option.setAttribute("aria-selected", String(Number(option.dataset.place) === place));
    const marked = this.#list.children[place];
    if (marked) this.#input.setAttribute("aria-activedescendant", marked.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #choose(place) {
    const { text, url } = this.#found[place];
    this.#close();
    if (url?.startsWith("/")) {
      window.location.assign(url);
      return;
    }
    this.#input.value = text;
    this.#input.form.requestSubmit();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#active = -1;
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
    this.#status.textContent = "";
  }
}
