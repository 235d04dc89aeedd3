/*
 * <choice-fields for="id of a select, or name of radios and switches"> shows those of its
 * [data-choice] children that list the chosen value, and switches the fields of the others off.
 */

class ChoiceFields extends HTMLElement {
  connectedCallback() {
    this.show = this.show.bind(this);
    this.form.addEventListener("change", this.show);
    this.show();
  }

  disconnectedCallback() {
    this.form?.removeEventListener("change", this.show);
  }

  get form() {
    return this.closest("form");
  }

  get chosen() {
    const control = this.form.elements[this.getAttribute("for")];
    if (control?.type === "checkbox") return control.checked ? "on" : "off";
    return control?.value;
  }

  show() {
    for (const part of this.querySelectorAll("[data-choice]")) {
      const on = part.dataset.choice.split(" ").includes(this.chosen);
      part.hidden = !on;
      for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !on;
    }
  }
}

customElements.define("choice-fields", ChoiceFields);
