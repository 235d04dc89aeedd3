/*
 * <beside-panel> shows the pages that links with data-beside lead to in the <dialog> inside it, beside what
 * one is doing: of each page what stands in its [data-panel], with the styles and scripts that this needs.
 * Without this, and with Ctrl or the middle button, such a link opens its page in a new tab.
 */

class BesidePanel extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.body = this.querySelector("[data-body]");
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    this.dialog.addEventListener("keydown", (event) => event.key === "Escape" && this.close(), { signal });
    this.querySelector("[data-close]").addEventListener("click", () => this.close(), { signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  clicked(event) {
    const link = event.target.closest("a[data-beside]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open(link);
  }

  async open(link) {
    this.openedBy = link.href;
    this.querySelector("[data-title]").textContent = link.textContent;
    this.querySelector("[data-tab]").href = link.href;
    this.tell("Loading…");
    this.dialog.show();
    const page = await pageAt(link.href);
    if (this.openedBy !== link.href) return;
    const panel = page?.querySelector("[data-panel]");
    if (!panel) return this.tell("It can't be shown here. Open it in a new tab.");
    await this.bringAlong(page);
    if (this.openedBy === link.href) this.show(panel);
  }

  show(panel) {
    for (const inner of panel.querySelectorAll("a:not([target])")) inner.target = "_blank";
    this.body.replaceChildren(...document.adoptNode(panel).childNodes);
  }

  tell(words) {
    this.body.replaceChildren(Object.assign(document.createElement("p"), { className: "muted", textContent: words }));
  }

  /** The styles and scripts of that page which this one does not have, in their order. */
  async bringAlong(page) {
    for (const style of missing(page, 'link[rel="stylesheet"]', "href")) document.head.append(element("link", style));
    for (const script of missing(page, "script[src]", "src")) {
      const added = element("script", script);
      added.async = false;
      const ready = new Promise((resolve) => ["load", "error"].forEach((kind) => added.addEventListener(kind, resolve)));
      document.head.append(added);
      await ready;
    }
  }

  close() {
    this.openedBy = null;
    const hadFocus = this.dialog.contains(document.activeElement);
    const href = new URL(this.querySelector("[data-tab]").href).pathname;
    this.dialog.close();
    if (hadFocus) document.querySelector(`a[data-beside][href="${CSS.escape(href)}"]`)?.focus();
  }
}

async function pageAt(address) {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

function missing(page, selector, attribute) {
  const had = new Set([...document.querySelectorAll(selector)].map((each) => each.getAttribute(attribute)));
  return [...page.querySelectorAll(selector)].filter((each) => !had.has(each.getAttribute(attribute)));
}

/** A copy made here: one made by the parser of another document would not run. */
function element(name, { attributes }) {
  const made = document.createElement(name);
  for (const { name: attribute, value } of attributes) if (attribute !== "nonce") made.setAttribute(attribute, value);
  return made;
}

customElements.define("beside-panel", BesidePanel);
