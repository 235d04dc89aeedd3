/*
 * <field-said for="id" id="…"> holds what is wrong with a field (nothing where nothing is). The server
 * replaces it while one types; the field itself, in which one types, is told here.
 */

class FieldSaid extends HTMLElement {
  connectedCallback() {
    const field = document.getElementById(this.getAttribute("for"));
    if (!field) return;
    const isWrong = this.textContent.trim() !== "";
    field.toggleAttribute("aria-invalid", isWrong);
    if (isWrong) field.setAttribute("aria-invalid", "true");
    this.describe(field, isWrong);
  }

  describe(field, isWrong) {
    const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== this.id);
    const ids = isWrong ? [...others, this.id] : others;
    if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
    else field.removeAttribute("aria-describedby");
  }
}

customElements.define("field-said", FieldSaid);
