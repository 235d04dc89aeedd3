/*
 * <copy-button for="id"><button>…</button></copy-button> copies the text of the element with that id;
 * <copy-button text="…"> copies that text.
 */

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => this.copy());
  }

  async copy() {
    const source = document.getElementById(this.getAttribute("for"));
    const text = this.getAttribute("text") ?? source.value ?? source.textContent;
    try {
      await navigator.clipboard.writeText(text);
      this.tell("Copied");
    } catch {
      // Plain HTTP has no clipboard: select the text, so that Ctrl+C takes it.
      if (source) getSelection().selectAllChildren(source);
      else prompt("Copy this text:", text);
      this.tell(source ? "Selected: press Ctrl+C" : "Shown");
    }
  }

  tell(words) {
    const label = this.querySelector("span") ?? this.querySelector("button");
    this.label ??= label.textContent;
    label.textContent = words;
    label.setAttribute("role", "status");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (label.textContent = this.label), 2500);
  }
}

customElements.define("copy-button", CopyButton);
