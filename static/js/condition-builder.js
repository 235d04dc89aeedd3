/*
 * <condition-builder field="id"> around a <dialog> opens it once HTMX has put a form into it, and says each
 * outcome. The button [data-use="id"] takes what stands there into the field, as if it had been typed.
 */

class ConditionBuilder extends HTMLElement {
  connectedCallback() {
    this.addEventListener("htmx:afterSwap", (event) => this.swapped(event.target));
    this.addEventListener("click", (event) => this.use(event.target.closest("[data-use]")));
  }

  get dialog() {
    return this.querySelector("dialog");
  }

  swapped(target) {
    // Logged out meanwhile: the answer is another page, so show that page.
    if (!this.querySelector("form")) return location.reload();
    if (target.id === "condition-panel" && !this.dialog.open) this.dialog.showModal();
    // What was pressed may be gone now.
    if (this.dialog.open && !this.dialog.contains(document.activeElement)) {
      this.querySelector("#condition-text")?.focus();
    }
    this.say(this.querySelector("#condition-outcome")?.textContent.trim() ?? "");
  }

  say(words) {
    const said = this.querySelector("[data-said]");
    if (said.textContent !== words) said.textContent = words;
  }

  use(button) {
    const field = document.getElementById(this.getAttribute("field"));
    if (!button || !field) return;
    // What was typed last is still on its way into the condition.
    if (this.querySelector(".htmx-request")) {
      this.addEventListener("htmx:afterRequest", () => setTimeout(() => this.use(button)), { once: true });
      return;
    }
    field.value = document.getElementById(button.dataset.use).value;
    this.dialog.close();
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    field.focus();
  }
}

customElements.define("condition-builder", ConditionBuilder);
