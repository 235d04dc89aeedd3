/*
 * <unsaved-changes form="id"> asks before the page is left while something typed into the form is not
 * saved; `changed` says that so it is from the beginning. A [data-discards] link asks nothing, and the
 * event `draft-saved` says that all of it was saved by itself, `draft-left` that the page is left on purpose.
 */

class UnsavedChanges extends HTMLElement {
  connectedCallback() {
    this.isChanged = this.hasAttribute("changed");
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => this.note(event), { signal });
    document.addEventListener("submit", (event) => this.submitted(event), { signal });
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("draft-saved", () => (this.isChanged = false), { signal });
    document.addEventListener("draft-left", () => this.leave(), { signal });
    window.addEventListener("pageshow", () => (this.isLeaving = false), { signal });
    window.addEventListener("beforeunload", (event) => this.isChanged && event.preventDefault(), { signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  /* Fields beside the form, like the sample, are sent with it but are no part of what is saved. */
  note(event) {
    if (!this.isLeaving && event.target.closest?.(`#${this.getAttribute("form")}`)) this.isChanged = true;
  }

  submitted(event) {
    if (!event.defaultPrevented) this.leave();
  }

  clicked(event) {
    if (!event.defaultPrevented && event.target.closest?.("[data-discards]")) this.leave();
  }

  /* An editor tells of its last change a moment after it lost the focus; by then the page is on its way. */
  leave() {
    this.isChanged = false;
    this.isLeaving = true;
  }
}

customElements.define("unsaved-changes", UnsavedChanges);
