/*
 * <insert-expression form="id"> puts the data-insert of a button inside it into an expression field of
 * that form: pressed, into the field that was edited last; dragged, into the one where it is dropped.
 * The field's mode turns to Expression, and a property that was left out is included. A press puts the path
 * in the place of one that stood there alone: two beside each other mean nothing.
 */

const GROUPS = ["object", "list", "array_map"];
const ONE_PATH = /^\s*flow(\??\.[\w$]+|\("[^"]*"\)|\(\)|(\?\.)?\[[^\]]*\])+\s*$/;

class InsertExpression extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const button of this.querySelectorAll("[data-insert]")) button.closest("li").draggable = true;
    document.addEventListener("focusin", (event) => this.remember(event), { signal });
    this.addEventListener("click", (event) => this.press(event.target.closest("[data-insert]")), { signal });
    this.addEventListener("dragstart", (event) => this.lift(event), { signal });
    this.addEventListener("dragend", () => this.drop(), { signal });
    // Before the editors, which would take the text as it is, whatever the mode.
    document.addEventListener("dragover", (event) => this.over(event), { signal, capture: true });
    document.addEventListener("drop", (event) => this.let(event), { signal, capture: true });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get form() {
    return document.getElementById(this.getAttribute("form"));
  }

  remember({ target }) {
    const field = target.closest?.(`#${this.getAttribute("form")} .fx`);
    if (field) this.lastId = field.querySelector("textarea").id;
  }

  press(button) {
    if (!button) return;
    const field = this.lastId && document.getElementById(this.lastId);
    if (!field) return this.say("First go to the field that is to get it.");
    if (field.selectionStart === field.selectionEnd && ONE_PATH.test(field.value)) {
      field.setSelectionRange(0, field.value.length);
    }
    this.insert(button.dataset.insert, field);
    this.say(`Put in: ${button.dataset.insert}`);
  }

  insert(text, field) {
    const mode = document.getElementById(`${field.id}:mode`);
    if (mode && mode.value !== "expression") {
      mode.value = "expression";
      field.value = "";
    }
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  lift(event) {
    this.lifted = event.target.closest("li")?.querySelector("[data-insert]")?.dataset.insert;
    if (!this.lifted) return;
    event.dataTransfer.setData("text/plain", this.lifted);
    event.dataTransfer.effectAllowed = "copy";
    this.form.dataset.takes = "";
  }

  drop() {
    this.lifted = null;
    this.mark(null);
    delete this.form?.dataset.takes;
  }

  over(event) {
    const field = this.lifted && this.fieldAt(event.target);
    this.mark(field);
    if (!field) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
  }

  let(event) {
    const text = this.lifted;
    const field = text && this.fieldAt(event.target);
    if (!field) return;
    event.preventDefault();
    event.stopPropagation();
    this.drop();
    this.include(field);
    const at = field.closest("expression-field").view?.posAtCoords({ x: event.clientX, y: event.clientY });
    if (at !== undefined && at !== null) field.setSelectionRange(at, at);
    this.insert(text, field);
    this.say(`Put in: ${text}`);
  }

  /** The field under the pointer; also beside it, in the row of a property that is no open group. */
  fieldAt(target) {
    const place = target.closest?.(`#${this.getAttribute("form")} :is(.fx, .prop)`);
    if (!place) return null;
    const field = (place.matches(".fx") ? place : place.querySelector(":scope > .prop-value > .value > .fx"))?.querySelector("textarea");
    const mode = field && document.getElementById(`${field.id}:mode`)?.value;
    return field && !GROUPS.includes(mode) ? field : null;
  }

  include(field) {
    const box = document.getElementById(`${field.id}:include`);
    if (box && !box.checked) box.checked = true;
  }

  mark(field) {
    const place = field?.closest(".fx") ?? null;
    if (place === this.marked) return;
    this.marked?.classList.remove("drop-here");
    place?.classList.add("drop-here");
    this.marked = place;
  }

  say(words) {
    this.querySelector("[data-said]").textContent = words;
  }
}

customElements.define("insert-expression", InsertExpression);
