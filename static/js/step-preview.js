/*
 * <step-preview form="id" url="…" press="…" keeps="…"> sends the form to the url whenever it changed and
 * a moment has passed, shows the answer in [data-preview], and puts each of its notes beside the note's
 * field. A [data-press] button in it goes to `press` instead, and what comes of it into [data-answer].
 * Pasted JSON stays in this tab under the name `keeps`, and goes out for previews only: it may be large.
 */

import { forget, recall, remember } from "./tab-memory.js";

const PAUSE = 250;
const TOO_LARGE = "This is more than the server takes. A sample may have 5 MB of JSON: paste less of it.";
const AWAY = "The server does not answer.";
const LOGGED_OUT = "You are logged out. What you typed stays here: log in in another tab, then try again.";

class StepPreview extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => this.changed(event), { signal });
    document.addEventListener("htmx:afterSettle", (event) => this.contains(event.target) || this.schedule(0), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.pasted.value ||= recall(this.keeps);
    this.pasted.removeAttribute("form");
    this.schedule(0);
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
    this.request?.abort();
  }

  changed({ target }) {
    if (target === this.pasted) target.value ? remember(this.keeps, target.value) : forget(this.keeps);
    if (target === this.pasted || (target.form && target.form === this.form)) this.schedule();
  }

  schedule(pause = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), pause);
  }

  async refresh() {
    this.request?.abort();
    this.request = new AbortController();
    const body = this.body();
    this.keepInAddress(body.get("sample"));
    this.pane.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(this.getAttribute("url"), { method: "POST", body, signal: this.request.signal });
      if (answer.redirected) this.tell(LOGGED_OUT);
      else if (answer.ok) this.show(await answer.text());
      else this.tell(this.isTooLarge(answer) ? TOO_LARGE : "The preview could not be worked out. Go on typing to try again.");
    } catch (error) {
      if (error.name === "AbortError") return;
      this.tell(`${AWAY} Go on typing to try again.`);
    }
    this.pane.removeAttribute("aria-busy");
  }

  /* The form as a browser without JavaScript would send it. */
  body(button) {
    const body = new FormData(this.form, button);
    if (body.get("sample") === "pasted") body.set("sample_data", this.pasted.value);
    return body;
  }

  isTooLarge({ status }) {
    return status === 413 || (status === 400 && this.pasted.value.length > 1_000_000);
  }

  get form() {
    return document.getElementById(this.getAttribute("form"));
  }

  get pane() {
    return this.querySelector("[data-preview]");
  }

  get pasted() {
    return this.querySelector("[name=sample_data]");
  }

  get keeps() {
    return `sample of ${this.getAttribute("keeps")}`;
  }

  show(html) {
    // Somebody is just asked whether to send: what the question is about must not change. The server compares it.
    if (this.pane.querySelector("dialog[open]")) return;
    const open = new Set([...this.pane.querySelectorAll("details[open]")].map(({ id }) => id));
    this.pane.innerHTML = html;
    for (const details of this.pane.querySelectorAll("details")) details.open = open.has(details.id);
    this.say(this.pane.querySelector("[data-summary]").textContent);
    this.spread();
  }

  tell(words) {
    this.pane.textContent = words;
    this.say(words);
  }

  say(words) {
    const said = this.querySelector("[data-said]");
    if (said.textContent !== words) said.textContent = words;
  }

  clicked(event) {
    const button = event.target.closest("[data-press]");
    if (!button) return;
    event.preventDefault();
    this.press(button);
  }

  async press(button) {
    if (this.pressing) return;
    this.pressing = true;
    const place = this.querySelector("[data-answer]");
    const body = this.body(button);
    button.closest("dialog")?.close();
    place.setAttribute("aria-busy", "true");
    place.textContent = "Waiting for the answer…";
    try {
      const answer = await fetch(this.getAttribute("press"), { method: "POST", body });
      if (answer.redirected) place.textContent = LOGGED_OUT;
      else if (answer.ok) place.innerHTML = await answer.text();
      else place.textContent = this.isTooLarge(answer) ? TOO_LARGE : "The server could not do it. Reload the page, then try again.";
    } catch {
      place.textContent = `${AWAY} If you pressed Send, look in the other system before you press again.`;
    } finally {
      this.pressing = false;
      place.removeAttribute("aria-busy");
    }
    this.bringIntoView(place);
    this.schedule(0);
  }

  /* By scrolling the pane where it scrolls by itself, so that the form stays where it is. */
  bringIntoView(place) {
    const pane = this.closest("aside");
    const below = place.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    if (pane.scrollHeight > pane.clientHeight) pane.scrollTop += below - pane.clientHeight / 3;
    else place.scrollIntoView({ block: "nearest" });
  }

  /* The sample stays chosen when the page is loaded anew, and goes with its address. */
  keepInAddress(sample) {
    const address = new URL(location.href);
    if (address.searchParams.get("sample") === sample) return;
    address.searchParams.set("sample", sample);
    history.replaceState(history.state, "", address);
  }

  spread() {
    for (const old of document.querySelectorAll(".field-note")) old.remove();
    for (const field of document.querySelectorAll("[data-unfit]")) this.unmark(field);
    for (const kind of ["value", "error"]) {
      for (const note of this.pane.querySelectorAll(`[data-notes=${kind}] > li`)) {
        this.put(document.getElementById(note.dataset.field), note.querySelector("span").textContent, kind);
      }
    }
  }

  put(field, text, kind) {
    if (!field) return;
    const note = Object.assign(document.createElement("p"), { className: `field-note ${kind}`, textContent: text });
    (field.closest(".fx") ?? field).after(note);
    if (kind !== "error" || field.hasAttribute("aria-invalid")) return;
    field.setAttribute("aria-invalid", "true");
    field.dataset.unfit = "";
  }

  unmark(field) {
    field.removeAttribute("aria-invalid");
    delete field.dataset.unfit;
  }
}

customElements.define("step-preview", StepPreview);
