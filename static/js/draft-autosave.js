/*
 * <draft-autosave form="id" url="…" stamp="name"> saves the form in the draft whenever it changed and a moment has
 * passed, and shows the server's answer in [data-saved]. One save is under way at a time: each carries the
 * fingerprint of what the one before it stored, in the field of that name, so that somebody else's save is noticed.
 */

const PAUSE_MS = 1000;
const AGAIN_MS = 5000;
const LARGEST_KEPT_ALIVE = 60_000;

// HTMX replaces the form, and this element in it; these go on.
let seen = null;
let opened = null;
const known = new Set();
let underWay = Promise.resolve();

class DraftAutosave extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => this.changed(event), { signal });
    // Before <unsaved-changes> hears of it: what waits for a save does not leave the page yet.
    document.addEventListener("submit", (event) => this.submitted(event), { signal, capture: true });
    document.addEventListener("click", (event) => this.clicked(event), { signal, capture: true });
    document.addEventListener("visibilitychange", () => this.hidden(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && location.reload(), { signal });
    const isFirst = opened === null;
    opened ??= this.stamp.value;
    this.meet(this.stamp.value);
    this.stamp.value = seen;
    for (const link of this.form.querySelectorAll("[data-discards]")) link.textContent = "Back to the flow";
    this.offerDiscard();
    if (!isFirst) this.schedule(0);
    else if ([...this.form.elements].some(wasTyped)) this.schedule();
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
  }

  /* An answer repeats what was posted, which may be older than the last save; what is new comes from the server. */
  meet(given) {
    if (!known.has(given)) take(given);
  }

  get form() {
    return document.getElementById(this.getAttribute("form"));
  }

  get stamp() {
    return this.form.elements[this.getAttribute("stamp")];
  }

  changed(event) {
    if (this.form.contains(event.target)) this.schedule();
  }

  schedule(pause = PAUSE_MS) {
    if (this.isStopped) return;
    this.isDirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  /* Gives a promise that ends when the answer is there. */
  save() {
    clearTimeout(this.timer);
    if (!this.saving) {
      underWay = underWay.then(() => this.exchange());
      this.saving = underWay.finally(() => {
        this.saving = null;
        if (this.isDirty && !this.isStopped && !this.failed) this.schedule();
      });
    }
    return this.saving;
  }

  async exchange() {
    this.isDirty = this.failed = false;
    this.saved.innerHTML = "<p>Saving…</p>";
    this.stamp.value = seen;
    const body = new FormData(this.form);
    const keepalive = document.visibilityState === "hidden" && sizeOf(body) < LARGEST_KEPT_ALIVE;
    try {
      const answer = await fetch(this.getAttribute("url"), { method: "POST", body, keepalive });
      if (answer.redirected) this.fail("you are logged out. Log in in another tab; your text stays here");
      else if (answer.status === 403) this.fail("you may no longer build flows here. Ask an owner");
      else if (answer.ok) this.show(await answer.text());
      else this.fail("the server had an error");
    } catch {
      this.fail("the server does not answer");
    }
  }

  show(html) {
    const answer = new DOMParser().parseFromString(html, "text/html").querySelector("[data-state]");
    const { state, revision } = answer.dataset;
    if (answer.dataset.seen) take(answer.dataset.seen);
    if (!this.isConnected) return;
    this.saved.innerHTML = html;
    this.stamp.value = seen;
    if (revision) this.form.elements.draft_revision.value = revision;
    if (state === "conflict" || state === "gone") this.isStopped = true;
    if (state === "saved" && !this.isDirty && !("waits" in answer.dataset)) {
      document.dispatchEvent(new CustomEvent("draft-saved"));
    }
    this.offerDiscard();
    this.announce(state, answer.textContent);
  }

  fail(reason) {
    if (!this.isConnected) return;
    this.isDirty = true;
    this.failed = true;
    const words = `Not saved: ${reason}. Trying again.`;
    this.saved.replaceChildren(Object.assign(document.createElement("p"), { className: "is-failed", textContent: words }));
    this.announce("failed", words);
    this.timer = setTimeout(() => this.save(), AGAIN_MS);
  }

  /* Each save would be too much to listen to: only what is new is said. */
  announce(state, words) {
    if (state !== (this.state ?? "saved")) this.querySelector("[data-said]").textContent = words.replace(/\s+/g, " ");
    this.state = state;
  }

  offerDiscard() {
    const form = document.getElementById("discard-form");
    if (!form) return;
    form.elements.step_seen.value = seen;
    this.querySelector("[data-discard]").hidden = seen === opened;
  }

  /* A save under way stores another step than the form says it was made from: wait for it. */
  submitted(event) {
    if (event.target !== this.form) return;
    clearTimeout(this.timer);
    this.isStopped = true;
    if (!this.saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    this.saving.then(() => this.form.requestSubmit(submitter));
  }

  async clicked(event) {
    const link = event.target.closest?.("[data-discards]");
    if (!link || this.isStopped || !(this.isDirty || this.saving)) return;
    event.preventDefault();
    while (this.isDirty || this.saving) {
      await this.save();
      if (this.failed || this.isStopped) return;
    }
    document.dispatchEvent(new CustomEvent("draft-left"));
    location.assign(link.href);
  }

  /* The window may never come back. */
  hidden() {
    if (document.visibilityState === "hidden" && this.isDirty && !this.isStopped) this.save();
  }

  get saved() {
    return this.querySelector("[data-saved]");
  }
}

/* Somebody may have typed before this script was there. */
function wasTyped(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") {
    const chosen = [...field.options].find((option) => option.defaultSelected);
    return Boolean(chosen) && !chosen.selected;
  }
  return "defaultValue" in field && field.value !== field.defaultValue;
}

function sizeOf(body) {
  return new URLSearchParams(body).toString().length;
}

function take(given) {
  seen = given;
  known.add(given);
}

customElements.define("draft-autosave", DraftAutosave);
