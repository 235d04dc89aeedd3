/* <live-part> around what HTMX replaces again and again: what the reader opened stays open. */

class LivePart extends HTMLElement {
  #open = new Map();

  connectedCallback() {
    this.addEventListener("htmx:beforeSwap", (event) => this.#before(event));
    this.addEventListener("htmx:afterSwap", () => this.#after());
  }

  #before(event) {
    const { xhr, pathInfo } = event.detail;
    if (new URL(xhr.responseURL).pathname !== new URL(pathInfo.finalRequestPath, location.href).pathname) {
      // Logged out meanwhile: the answer is another page, so show that page.
      event.detail.shouldSwap = false;
      location.reload();
      return;
    }
    this.#open = new Map([...this.querySelectorAll("details[id]")].map((details) => [details.id, details.open]));
  }

  #after() {
    for (const details of this.querySelectorAll("details[id]")) {
      if (this.#open.has(details.id)) details.open = this.#open.get(details.id);
    }
  }
}

customElements.define("live-part", LivePart);
