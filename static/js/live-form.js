/*
 * <live-form form="id"> is for a form that HTMX replaces by the server's answer to a press or a choice in it.
 * One such request is out at a time. What is pressed meanwhile follows when the answer is there, what is typed or
 * chosen meanwhile goes into the new form, and whoever typed goes on at the same place. A failure is said here.
 */

import { fieldsOf, isChosenAnew, movedBy, setValue, valuesOf } from "./form-values.js";

const FAILED =
  "That could not be done: the server is away, or you are logged out. What you typed stays here. Log in in another tab if need be, then try again.";

class LiveForm extends HTMLElement {
  #sent = null;
  #waiting = [];

  connectedCallback() {
    this.role = "alert";
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("htmx:confirm", (event) => this.#asked(event), { signal });
    document.addEventListener("htmx:beforeSend", (event) => this.#isMine(event) && this.#send(event.detail), { signal });
    document.addEventListener("htmx:beforeSwap", (event) => this.#isMine(event) && this.#before(event.detail), { signal });
    // Before anybody else hears of it: a form that waits is not sent yet.
    document.addEventListener("submit", (event) => this.#submitted(event), { signal, capture: true });
    document.addEventListener("DOMContentLoaded", () => this.#catchUp(), { signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get form() {
    return document.getElementById(this.getAttribute("form"));
  }

  #isMine({ detail }) {
    return detail.target === this.form;
  }

  /** A choice need not wait: the answer finds it changed. */
  #asked(event) {
    if (!this.#sent || !this.form.contains(event.target)) return;
    event.preventDefault();
    if (event.target.matches("button")) this.#waiting.push(event.target);
  }

  #submitted(event) {
    if (!this.#sent || event.target !== this.form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#waiting.push(event.submitter);
  }

  #send({ xhr, requestConfig }) {
    const moved = movedBy(requestConfig.formData.get("op") ?? "");
    this.#sent = { form: this.form, values: valuesOf(this.form), moved };
    this.form.setAttribute("aria-busy", "true");
    xhr.addEventListener("loadend", () => this.#over());
  }

  /** An answer without the form is another page, such as the log-in. */
  #before(detail) {
    detail.shouldSwap &&= detail.serverResponse.includes(`id="${this.getAttribute("form")}"`);
    if (detail.shouldSwap) this.#sent.focused = focusedIn(this.form);
  }

  #over() {
    const { form: old, values, moved, focused } = this.#sent;
    const { form } = this;
    this.#sent = null;
    form.removeAttribute("aria-busy");
    this.textContent = form === old ? FAILED : "";
    if (form === old) this.#waiting = [];
    else this.#goOn(form, differing(values, valuesOf(old)), focused, moved);
  }

  #goOn(form, meanwhile, focused, moved) {
    this.#waiting = this.#waiting.map((button) => likeIn(form, button, moved)).filter(Boolean);
    const changed = fill(form, meanwhile, moved);
    if (focused) focusAgain(form, focused, moved);
    for (const field of changed) field.dispatchEvent(new Event("change", { bubbles: true }));
    // What was chosen may have been sent just now: then the rest waits for that answer.
    if (!this.#sent) this.#waiting.shift()?.click();
  }

  /** What was chosen before HTMX was there to hear it. */
  #catchUp() {
    const chosen = [...fieldsOf(this.form).values()].filter((field) => field.matches("[hx-post]") && isChosenAnew(field));
    for (const field of chosen) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function differing(before, now) {
  return [...now].filter(([name, value]) => before.get(name) !== value);
}

/** Put the values into the form, and tell what follows typing; the fields that were changed. */
function fill(form, values, moved) {
  const fields = fieldsOf(form);
  const changes = values.map(([name, value]) => [fields.get(moved(name)), value]).filter(([field]) => field);
  for (const [field, value] of changes) setValue(field, value);
  for (const [field] of changes) field.dispatchEvent(new Event("input", { bubbles: true }));
  return changes.map(([field]) => field);
}

function focusedIn(form) {
  const focused = document.activeElement;
  if (!form.contains(focused)) return null;
  const field = focused.closest(".fx")?.querySelector("textarea") ?? focused;
  return { field, start: field.selectionStart, end: field.selectionEnd };
}

function focusAgain(form, { field, start, end }, moved) {
  const found = likeIn(form, field, moved) ?? adderBeside(form, field);
  if (typeof start === "number") found?.setSelectionRange(start, end);
  found?.focus({ preventScroll: true });
}

/** The field or button of the same name; the last, because the first that saves is there for Enter alone. */
function likeIn(form, element, moved) {
  const isSame = ({ name, type, value }) =>
    name === moved(element.name) && type === element.type && (type !== "submit" || value === moved(element.value));
  return element.name ? [...form.elements].findLast(isSame) : undefined;
}

/** Who removed an item goes on at the button that adds one. */
function adderBeside(form, { value }) {
  const [, list] = /^remove:(.*)\/[#+]\d+$/.exec(value) ?? [];
  if (list === undefined) return undefined;
  return [...form.elements].find((button) => [`add-item:${list}`, `add-row:${list}`].includes(button.value));
}

customElements.define("live-form", LiveForm);
