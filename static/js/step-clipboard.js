/*
 * <copy-step url="…"> around the form that copies a step on the server: puts the step's JSON, read from
 * the url, on the clipboard of the system too, then sends the form. With the page of a flow open, Ctrl+V
 * of such JSON pastes the step at the open plus sign, or at the end.
 */

const FORMAT = '"throughline-step"';

class CopyStep extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => this.copy(event));
  }

  async copy(event) {
    event.preventDefault();
    try {
      const answer = await fetch(this.getAttribute("url"));
      if (answer.ok) await navigator.clipboard.writeText(await answer.text());
    } catch {
      // Plain HTTP has no clipboard; the server's is enough to paste in this installation.
    }
    this.form.submit();
  }
}

function paste(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || !text.includes(FORMAT)) return;
  const place = document.querySelector(".add-step[open]") ?? [...document.querySelectorAll(".add-step")].at(-1);
  const form = place?.querySelector("form[data-paste]");
  if (!form) return;
  event.preventDefault();
  form.elements.text.value = text;
  form.submit();
}

document.addEventListener("paste", paste);
customElements.define("copy-step", CopyStep);
