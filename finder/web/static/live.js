// Answers without a page load: the page that the server would show is fetched, and all but the question box is replaced by it.
// The address bar always names what is shown. One stretch of typing is one step of the history. Without this file pages load.

import { setClocks } from "./clocks.js";

const PAUSE = 120; // milliseconds without a key that make a pause
const LEAST = 3; // characters of a question that is asked before Enter

export class Live {
  #form;
  #input;
  #main;
  #timer = 0;
  #request = null;
  #shown; // the address of what is to be seen

  constructor(form) {
    this.#form = form;
    this.#input = form.querySelector("input[type=search]");
    this.#main = form.closest("main");
    this.#shown = window.location.href;
    this.#input.addEventListener("input", () => this.#typed());
    this.#main.addEventListener("submit", (event) => this.#submit(event));
    this.#main.addEventListener("click", (event) => this.#follow(event));
    window.addEventListener("popstate", () => this.#return());
    if (this.#input.value !== this.#input.defaultValue) this.#typed(); // quicker than this script was loaded
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#busy(false);
    if ([...this.#input.value.trim()].length < LEAST) return;
    this.#timer = setTimeout(() => {
      const address = addressOf(this.#form);
      if (address !== this.#shown) this.#show(address, "typed");
    }, PAUSE);
  }

  #submit(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "get") return;
    event.preventDefault();
    this.#show(addressOf(form), form === this.#form ? "asked" : "chosen");
  }

  #follow(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== window.location.origin || link.pathname !== new URL(this.#form.action).pathname || link.hash) return;
    event.preventDefault();
    this.#show(link.href, "chosen");
  }

  #return() {
    if (withoutHash(window.location.href) !== withoutHash(this.#shown)) this.#show(window.location.href, "returned");
  }

  // `how`: typed (after a pause), asked (Enter), chosen (a link or a filter), returned (back and forward).
  async #show(address, how) {
    clearTimeout(this.#timer);
    this.#request?.abort();
    if (how === "asked" && address === this.#shown) return this.#settle(address, how);
    const request = new AbortController();
    this.#request = request;
    this.#busy(true);
    try {
      const answer = await fetch(address, { signal: request.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (this.#request !== request) return; // something newer was asked meanwhile
      if (how === "typed" && !answer.ok && answer.status !== 400) throw new Error(answer.status);
      if (!page.querySelector("main form[data-live]")) return window.location.assign(address);
      if (how === "typed" && !answer.ok) return this.#busy(false); // half a question is no mistake
      this.#replace(page, how);
      this.#settle(answer.redirected ? answer.url : address, how);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#busy(false);
      if (how === "typed") this.#form.querySelector(".ask-note").textContent = this.#form.dataset.failed;
      else window.location.assign(address); // the browser says what is wrong
    }
  }

  #replace(page, how) {
    setClocks(page);
    const form = page.querySelector("main form[data-live]");
    const main = form.closest("main");
    const open = this.#main.querySelector("details.menu[open]")?.dataset.key;
    const focused = this.#main.contains(document.activeElement) && document.activeElement !== this.#input ? document.activeElement : null;
    const key = focused?.closest("[data-key]")?.dataset.key;
    for (const node of [...this.#main.childNodes]) if (node !== this.#form) node.remove();
    for (const part of [".carried", ".field-error"]) this.#form.querySelector(part).replaceWith(form.querySelector(part));
    for (const name of ["aria-invalid", "aria-describedby"]) copy(form.querySelector("input[type=search]"), this.#input, name);
    const before = [...main.childNodes].slice(0, [...main.childNodes].indexOf(form));
    const after = [...main.childNodes].slice(before.length + 1);
    this.#form.before(...before);
    this.#form.after(...after);
    this.#form.className = form.className;
    this.#main.className = main.className;
    document.title = page.title;
    if (how !== "typed") this.#input.value = form.querySelector("input[type=search]").value;
    if (how === "chosen") this.#refocus(key, open);
  }

  // The link that was followed is gone; its successor gets the focus, in a menu that stays open for another choice.
  #refocus(key, open) {
    const find = (wanted) => wanted && this.#main.querySelector(`[data-key="${CSS.escape(wanted)}"]`);
    const link = find(key)?.closest("a");
    const menu = link?.closest("details");
    if (menu && menu.dataset.key === open) menu.open = true;
    const next = (menu && !menu.open ? menu.querySelector("summary") : link) ?? find(open)?.querySelector("summary");
    (next ?? this.#heading)?.focus({ preventScroll: true });
    if (next) next.scrollIntoView({ block: "nearest" });
    else window.scrollTo(0, 0);
  }

  #settle(address, how) {
    const draft = how === "typed";
    const state = { draft };
    if (how === "typed" || how === "asked") {
      if (window.history.state?.draft || address === this.#shown) window.history.replaceState(state, "", address);
      else this.#push(state, address);
    } else if (how === "chosen") this.#push(state, address);
    this.#shown = window.location.href;
    this.#busy(false);
    this.#form.querySelector(".ask-note").textContent = "";
    this.#form.querySelector(".ask-said").textContent = this.#main.querySelector("#said")?.textContent ?? "";
    if (how === "asked") (this.#input.hasAttribute("aria-invalid") ? this.#input : this.#heading)?.focus({ preventScroll: true });
    if (how !== "chosen") window.scrollTo(0, how === "returned" ? (window.history.state?.scroll ?? 0) : 0);
  }

  #push(state, address) {
    window.history.replaceState({ ...window.history.state, draft: false, scroll: window.scrollY }, "");
    window.history.pushState(state, "", address);
  }

  #busy(busy) {
    if (busy) this.#main.setAttribute("aria-busy", "true");
    else this.#main.removeAttribute("aria-busy");
  }

  get #heading() {
    return this.#main.querySelector("#answer");
  }
}

function addressOf(form) {
  const address = new URL(form.action);
  address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  return address.href;
}

function withoutHash(address) {
  return address.split("#")[0];
}

function copy(from, to, name) {
  if (from.hasAttribute(name)) to.setAttribute(name, from.getAttribute(name));
  else to.removeAttribute(name);
}
