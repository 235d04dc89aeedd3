/*
 * <property-outline> around a <details> with links to the rows of properties: it closes when one is
 * followed, and says when it opens which properties are included by now and which are to be corrected.
 */

class PropertyOutline extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    details.addEventListener("toggle", () => details.open && this.refresh());
    this.addEventListener("click", (event) => {
      if (event.target.closest("a")) details.open = false;
    });
  }

  refresh() {
    for (const link of this.querySelectorAll("a")) {
      const row = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      const include = row?.querySelector(":scope > .prop-head > .prop-include > input");
      const isOut = include?.checked === false;
      link.classList.toggle("is-out", isOut);
      for (const mark of link.querySelectorAll("[data-out]")) mark.hidden = !isOut;
      for (const mark of link.querySelectorAll("[data-in]")) mark.hidden = isOut;
      link.querySelector("[data-wrong]").hidden = isOut || !row?.querySelector("[aria-invalid=true]");
    }
  }
}

customElements.define("property-outline", PropertyOutline);
