/* <tick-all> around a form with checkboxes: one that ticks all, and how many are ticked. */

class TickAll extends HTMLElement {
  connectedCallback() {
    this.all = this.querySelector("[data-all]");
    this.all.hidden = false;
    this.addEventListener("change", (event) => this.#changed(event.target));
    this.#count();
  }

  get #boxes() {
    return [...this.querySelectorAll("input[name='ids']")];
  }

  #changed(target) {
    if (target === this.all) for (const box of this.#boxes) box.checked = target.checked;
    this.#count();
  }

  #count() {
    const boxes = this.#boxes;
    const ticked = boxes.filter((box) => box.checked).length;
    this.all.checked = ticked > 0 && ticked === boxes.length;
    this.all.indeterminate = ticked > 0 && ticked < boxes.length;
    this.querySelector("[data-count]").textContent = `${ticked} of ${boxes.length} ticked`;
  }
}

customElements.define("tick-all", TickAll);
