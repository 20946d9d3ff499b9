// <expertise-search>: the question box for pages of other origins. One classic script, so that it can tell where it was loaded from.
// Everything that comes from the service is put into the page as text; nothing is stored, and no cookie is sent to the service.
(() => {
  "use strict";
  const BASE = new URL("..", document.currentScript.src);
  const PAUSE = 150; // milliseconds of rest in typing before suggestions are asked for
  const LEAST = 2; // characters
  const LONGEST = 500; // characters of a question: with the address around it, it fits into one line of a request
  const EARLY = 60; // seconds before its end at which a token is renewed

  const WORDS = {
    en: {
      label: "Who knows, and what to read", placeholder: "Describe a problem, or name a topic", search: "Search", suggestions: "Suggestions",
      offered: (n) => (n === 1 ? "1 suggestion; use the arrow keys" : `${n} suggestions; use the arrow keys`),
      people: "People", documents: "Documents", searching: "Searching …", full: "All results", untitled: "Untitled", by: "by",
      found: (p, d) => `${p === 1 ? "1 person" : `${p} people`}, ${d === 1 ? "1 document" : `${d} documents`}`,
      nothing: "Nothing that you may read fits. Try other words.", unsure: "No confident match. This is the nearest there is.",
      match: { strong: "Strong match", good: "Good match", some: "Possible match", none: "Weak match" },
      kinds: { wiki: "Wiki page", post: "Post", profile: "Profile", question: "Question", answer: "Answer", idea: "Idea", commit: "Commit",
        person: "Person", skill: "Skill", tag: "Tag", document: "Document" },
      again: "Try again", words: "Type a few words about what you want to know.",
      failed: { portal: "This page could not say who you are. Load it again, or sign in.", 401: "Sign in to ask here.",
        403: "You may not ask here.", 429: "Too many questions at once. Wait a moment.", network: "The service cannot be reached just now." },
    },
    de: {
      label: "Wer weiß es, und was hilft weiter", placeholder: "Ein Problem beschreiben oder ein Thema nennen", search: "Suchen", suggestions: "Vorschläge",
      offered: (n) => (n === 1 ? "1 Vorschlag; mit den Pfeiltasten wählen" : `${n} Vorschläge; mit den Pfeiltasten wählen`),
      people: "Personen", documents: "Dokumente", searching: "Suche läuft …", full: "Alle Ergebnisse", untitled: "Ohne Titel", by: "von",
      found: (p, d) => `${p === 1 ? "1 Person" : `${p} Personen`}, ${d === 1 ? "1 Dokument" : `${d} Dokumente`}`,
      nothing: "Nichts, was Sie lesen dürfen, passt dazu. Versuchen Sie andere Wörter.", unsure: "Kein sicherer Treffer. Das Nächstliegende:",
      match: { strong: "Passt sehr gut", good: "Passt gut", some: "Passt vielleicht", none: "Passt kaum" },
      kinds: { wiki: "Wiki-Seite", post: "Beitrag", profile: "Profil", question: "Frage", answer: "Antwort", idea: "Idee", commit: "Commit",
        person: "Person", skill: "Fähigkeit", tag: "Schlagwort", document: "Dokument" },
      again: "Noch einmal", words: "Beschreiben Sie in ein paar Wörtern, was Sie wissen möchten.",
      failed: { portal: "Diese Seite konnte nicht sagen, wer Sie sind. Laden Sie sie neu oder melden Sie sich an.", 401: "Melden Sie sich an, um hier zu fragen.",
        403: "Sie dürfen hier nicht fragen.", 429: "Zu viele Fragen auf einmal. Warten Sie einen Augenblick.", network: "Der Dienst ist gerade nicht erreichbar." },
    },
  };

  const STYLE = new CSSStyleSheet();
  STYLE.replaceSync(`
    :host { display: block; } :host([hidden]) { display: none; }
    .box {
      all: initial; display: block; container-type: inline-size; color-scheme: light dark; box-sizing: border-box;
      --text: var(--expertise-text, light-dark(#1c2024, #e9e7e3)); --muted: var(--expertise-muted, light-dark(#565d66, #a6adb5));
      --ground: var(--expertise-background, light-dark(#fff, #1b1f24)); --raised: var(--expertise-surface, light-dark(#edf2fa, #222b38));
      --line: var(--expertise-line, light-dark(#dfdcd5, #30363d)); --edge: var(--expertise-border, light-dark(#8a8f96, #7d858e));
      --accent: var(--expertise-accent, light-dark(#1a56b0, #8db8f7)); --on-accent: var(--expertise-on-accent, light-dark(#fff, #0e1a2b));
      --mark: var(--expertise-mark, light-dark(#fdeeb2, #57470f));
      --radius: var(--expertise-radius, 8px);
      font: 400 var(--expertise-font-size, 16px)/1.5 var(--expertise-font, system-ui, sans-serif);
      color: var(--text); background: var(--ground); border-radius: var(--radius); padding: var(--expertise-padding, 1em); text-align: start; overflow-wrap: anywhere;
    }
    :host([theme=light]) .box { color-scheme: light; } :host([theme=dark]) .box { color-scheme: dark; }
    .box *, .box ::before { box-sizing: border-box; }
    label { display: block; font-weight: 600; margin-block-end: .35em; }
    .row { display: flex; gap: .5em; } .combo { position: relative; flex: 1; min-width: 0; }
    input, button { font: inherit; min-height: 2.75em; border-radius: calc(var(--radius) * .75); margin: 0; }
    input { width: 100%; padding: 0 .75em; color: inherit; background: var(--ground); border: 1px solid var(--edge); appearance: none; }
    input::placeholder { color: var(--muted); opacity: 1; }
    button { padding: 0 1.1em; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    ul { list-style: none; margin: 0; padding: 0; }
    .options { position: absolute; z-index: 10; inset-inline: 0; top: calc(100% + .25em); max-height: 20em; overflow: auto; background: var(--ground);
      border: 1px solid var(--edge); border-radius: calc(var(--radius) * .75); box-shadow: 0 6px 20px #0003; padding: .25em; }
    .options li { display: flex; justify-content: space-between; gap: 1em; padding: .45em .6em; border-radius: calc(var(--radius) * .5); cursor: pointer; }
    .options li:hover, .options [aria-selected=true] { background: var(--raised); } .options [aria-selected=true] { outline: 2px solid var(--accent); outline-offset: -2px; }
    [hidden] { display: none; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .soft, .options span { color: var(--muted); font-size: .875em; } p { margin: .2em 0; } .answer > p { margin-block: .9em 0; }
    h3 { font: inherit; font-weight: 700; margin: 1.2em 0 .4em; } h4 { font: inherit; font-weight: 600; margin: 0; }
    a { color: var(--accent); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .15em; }
    .found > li { padding-block: .7em; border-block-start: 1px solid var(--line); }
    .head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1em; align-items: baseline; }
    .match { font-size: .8125em; padding: 0 .6em; border: 1px solid var(--line); border-radius: 1em; background: var(--raised); white-space: nowrap; }
    .evidence { margin-block-start: .4em; padding-inline-start: .75em; border-inline-start: 3px solid var(--line); } .evidence li + li { margin-block-start: .4em; }
    mark { background: var(--mark); color: inherit; border-radius: 2px; } .answer[aria-busy=true] .lists { opacity: .5; }
    .found > li > p[dir]:last-child, .evidence p { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
    @container (max-width: 24em) { .row { flex-wrap: wrap; } .combo { flex-basis: 100%; } button { flex: 1; } }
    @container (min-width: 44em) { .lists { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2em; } }
  `);

  const made = (name, properties = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key === "class") element.className = value;
      else if (value !== null) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };

  const link = (url, text) => {
    const target = new URL(url, BASE);
    // An address that leads anywhere but to the service is not one that it gave.
    return target.origin === BASE.origin ? made("a", { href: target.href, dir: "auto" }, text) : made("span", { dir: "auto" }, text);
  };

  const marked = ({ text, highlights }) => {
    const points = [...text]; // highlights count code points, not the halves that strings are made of
    const line = made("p", { dir: "auto" });
    let at = 0;
    for (const [start, end] of [...highlights].sort((one, other) => one[0] - other[0])) {
      const from = Math.max(start, at), to = Math.min(end, points.length);
      if (from >= to) continue;
      line.append(points.slice(at, from).join(""), made("mark", {}, points.slice(from, to).join("")));
      at = to;
    }
    line.append(points.slice(at).join(""));
    return line;
  };

  class Failed extends Error {
    constructor(why) { super(String(why)); this.why = why; }
  }

  class ExpertiseSearch extends HTMLElement {
    static observedAttributes = ["language"];
    #root = this.attachShadow({ mode: "open" });
    #token = null; // a promise of one, shared by everything that is asked meanwhile
    #until = 0;
    #offered = [];
    #active = -1;
    #typing = new AbortController();
    #asking = new AbortController();
    #timer;

    connectedCallback() {
      this.#root.adoptedStyleSheets = [STYLE];
      this.#build();
    }

    disconnectedCallback() {
      this.#asking.abort();
      this.#close();
    }

    attributeChangedCallback() {
      if (this.isConnected && this.input) this.#build();
    }

    get #language() {
      const wished = this.getAttribute("language") || this.closest("[lang]")?.lang || "en";
      return wished.slice(0, 2).toLowerCase() === "de" ? "de" : "en";
    }

    get #words() { return WORDS[this.#language]; }

    #build() {
      const words = this.#words;
      this.input = made("input", { id: "q", type: "search", name: "q", maxlength: LONGEST, autocomplete: "off", autocapitalize: "none", enterkeyhint: "search",
        dir: "auto", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "options", placeholder: words.placeholder });
      this.list = made("ul", { id: "options", class: "options", role: "listbox", "aria-label": words.suggestions, hidden: "" });
      this.status = made("p", { class: "unseen", role: "status" });
      this.answer = made("div", { class: "answer" });
      const form = made("form", { role: "search" }, made("label", { for: "q" }, words.label),
        made("div", { class: "row" }, made("div", { class: "combo" }, this.input, this.list), made("button", { type: "submit" }, words.search)));
      this.#root.replaceChildren(made("div", { class: "box", lang: this.#language }, form, this.status, this.answer));
      form.addEventListener("submit", (event) => { event.preventDefault(); this.#ask(); });
      this.input.addEventListener("input", () => this.#typed());
      this.input.addEventListener("keydown", (event) => this.#key(event));
      this.input.addEventListener("blur", () => this.#close());
      this.list.addEventListener("pointerdown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.#choose([...this.list.children].indexOf(option));
      });
    }

    // -- asking the service

    async #bearer() {
      const url = this.getAttribute("token-url");
      if (!url) return {};
      if (!this.#token || performance.now() > this.#until) {
        this.#until = Infinity;
        this.#token = this.#fresh(url);
        this.#token.catch(() => { this.#token = null; });
      }
      return { Authorization: `Bearer ${await this.#token}` };
    }

    async #fresh(url) {
      const answer = await fetch(new URL(url, document.baseURI), { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
      const body = answer?.ok ? await answer.json().catch(() => null) : null;
      if (typeof body?.token !== "string") throw new Failed("portal");
      this.#until = performance.now() + Math.max(0, body.expires_in - EARLY) * 1000;
      return body.token;
    }

    async #get(path, parameters, signal) {
      const address = new URL(path, BASE);
      address.search = new URLSearchParams(parameters);
      for (const last of [false, true]) {
        const headers = { Accept: "application/json", ...(await this.#bearer()) };
        const answer = await fetch(address, { signal, headers, credentials: "omit", cache: "no-store" });
        if (answer.ok) return answer.json();
        if (last || answer.status !== 401 || !headers.Authorization) throw new Failed(answer.status);
        this.#token = null; // the clock of this machine may be wrong: once more, with a new one
      }
    }

    async #ask() {
      const question = this.input.value.trim();
      this.#close();
      if (!question) return this.input.focus();
      this.#asking.abort();
      const { signal } = (this.#asking = new AbortController());
      this.answer.setAttribute("aria-busy", "true");
      this.status.textContent = this.#words.searching;
      if (!this.answer.querySelector(".lists")) this.answer.replaceChildren(made("p", { class: "soft" }, this.#words.searching));
      try {
        const limit = Math.min(Math.max(Number(this.getAttribute("limit")) || 3, 1), 10);
        this.#show(await this.#get("api/v1/search", { q: question, limit }, signal), question);
      } catch (error) {
        if (!signal.aborted) this.#fail(error);
      } finally {
        if (!signal.aborted) this.answer.removeAttribute("aria-busy");
      }
    }

    #fail(error) {
      const words = this.#words, known = words.failed[error.why];
      const text = known ?? (error.why === 400 ? words.words : words.failed.network);
      const again = made("button", { type: "button" }, words.again);
      again.addEventListener("click", () => this.#ask());
      this.answer.replaceChildren(made("p", {}, text), made("p", {}, again));
      this.status.textContent = text;
    }

    // -- the answer

    #show({ people, documents, confidence }, question) {
      const words = this.#words, full = new URL("./", BASE);
      full.search = new URLSearchParams({ q: question });
      const nothing = !people.length && !documents.length;
      const lists = made("div", { class: "lists" });
      if (people.length) lists.append(this.#section(words.people, people, (person) => this.#person(person)));
      if (documents.length) lists.append(this.#section(words.documents, documents, (found) => this.#document(found)));
      const note = nothing ? words.nothing : confidence === "none" ? words.unsure : "";
      this.answer.replaceChildren(...(note ? [made("p", {}, note)] : []), lists, ...(nothing ? [] : [made("p", {}, link(full.href, words.full))]));
      this.status.textContent = [note, nothing ? "" : words.found(people.length, documents.length)].join(" ").trim();
    }

    #section(title, found, row) {
      return made("section", {}, made("h3", {}, title), made("ul", { class: "found" }, ...found.map((each) => made("li", {}, ...row(each)))));
    }

    #person(person) {
      const words = this.#words, where = [person.title, person.team, person.location].filter(Boolean).join(" · ");
      const proofs = person.evidence.slice(0, 2).map((proof) =>
        made("li", {}, link(proof.url, proof.title || words.untitled), made("span", { class: "soft" }, ` · ${this.#facts(proof)}`), marked(proof.snippet)));
      return [
        made("div", { class: "head" }, made("h4", {}, link(person.url, person.name)), made("span", { class: "match" }, words.match[person.confidence] ?? "")),
        ...(where ? [made("p", { class: "soft", dir: "auto" }, where)] : []),
        ...(proofs.length ? [made("ul", { class: "evidence" }, ...proofs)] : []),
      ];
    }

    #document(found) {
      const words = this.#words, names = found.authors.slice(0, 3).map((author) => author.name).join(", ");
      const facts = this.#facts(found) + (names ? ` · ${words.by} ${names}` : "");
      return [made("h4", {}, link(found.url, found.title || words.untitled)), made("p", { class: "soft", dir: "auto" }, facts), marked(found.snippet)];
    }

    #facts({ kind, created }) {
      const date = created ? new Date(`${created.slice(0, 10)}T00:00:00`) : null;
      const day = date && !Number.isNaN(date.getTime()) ? new Intl.DateTimeFormat(this.#language, { dateStyle: "medium" }).format(date) : "";
      return [this.#words.kinds[kind] ?? kind, day].filter(Boolean).join(" · ");
    }

    // -- suggestions: a combobox with a list, as ARIA 1.2 has it

    #typed() {
      clearTimeout(this.#timer);
      this.#typing.abort();
      const text = this.input.value.trim();
      if ([...text].length < LEAST) return this.#close();
      this.#timer = setTimeout(() => this.#complete(text), PAUSE);
    }

    async #complete(text) {
      const { signal } = (this.#typing = new AbortController());
      try {
        const { suggestions } = await this.#get("api/v1/suggest", { q: text }, signal);
        if (!signal.aborted && this.#root.activeElement === this.input) this.#offer(suggestions);
      } catch {
        if (!signal.aborted) this.#close(); // asking works without suggestions; what is wrong is said when something is asked
      }
    }

    #offer(suggestions) {
      this.#offered = suggestions;
      this.#active = -1;
      this.list.replaceChildren(...suggestions.map(({ text, kind }, place) =>
        made("li", { id: `option-${place}`, role: "option", "aria-selected": "false" }, made("bdi", {}, text), made("span", {}, this.#words.kinds[kind] ?? kind))));
      this.list.hidden = !suggestions.length;
      this.input.setAttribute("aria-expanded", String(suggestions.length > 0));
      this.input.removeAttribute("aria-activedescendant");
      this.status.textContent = suggestions.length ? this.#words.offered(suggestions.length) : "";
    }

    #key(event) {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && this.#offered.length) {
        event.preventDefault();
        if (this.list.hidden) this.#offer(this.#offered);
        const places = this.#offered.length + 1; // one place more: back in the box, with nothing chosen
        this.#mark(((this.#active + 1 + step + places) % places) - 1);
      } else if (event.key === "Enter" && this.#active >= 0) {
        event.preventDefault();
        this.#choose(this.#active);
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.preventDefault();
        this.#close();
      }
    }

    #mark(place) {
      this.#active = place;
      [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
      const option = this.list.children[place];
      if (option) this.input.setAttribute("aria-activedescendant", option.id);
      else this.input.removeAttribute("aria-activedescendant");
      option?.scrollIntoView({ block: "nearest" });
    }

    #choose(place) {
      const { text, url } = this.#offered[place];
      const target = url ? new URL(url, BASE) : null;
      if (target?.origin === BASE.origin) return window.location.assign(target.href);
      this.input.value = text;
      this.#ask();
    }

    #close() {
      clearTimeout(this.#timer);
      this.#typing.abort();
      this.#active = -1;
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
      this.status.textContent = "";
    }
  }

  if (!customElements.get("expertise-search")) customElements.define("expertise-search", ExpertiseSearch);
})();
