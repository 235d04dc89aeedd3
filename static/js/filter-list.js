/*
 * <filter-list> narrows the [data-filter] items inside it while one types in its search input, and by
 * its checkboxes with data-only="a selector that items must match". An item inside another shows with
 * it, and brings it along. Groups ([data-group]) without a match hide; open <details> show the matches.
 * A form around the input still works without this: the server filters by the same word. An input
 * without a name is no field of the form around it: Enter leads to the first match instead.
 */

class FilterList extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=search]");
    this.only = [...this.querySelectorAll("input[data-only]")];
    this.count = this.querySelector("[data-count]");
    this.items = [...this.querySelectorAll("[data-filter]")].map((element) => ({
      element,
      text: element.dataset.filter.toLowerCase(),
    }));
    this.ofElement = new Map(this.items.map((item) => [item.element, item]));
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.input.addEventListener("input", () => this.schedule(), { signal });
    for (const box of this.only) box.addEventListener("change", () => this.schedule(), { signal });
    if (!this.input.name) this.standApart(signal);
    if (this.isNarrowed) this.narrow();
  }

  disconnectedCallback() {
    this.listening.abort();
    cancelAnimationFrame(this.frame);
  }

  /** What is typed here is no change of the form around it. */
  standApart(signal) {
    const isMine = ({ target }) => target === this.input || this.only.includes(target);
    for (const kind of ["input", "change"]) {
      this.addEventListener(kind, (event) => isMine(event) && event.stopPropagation(), { signal });
    }
    this.input.addEventListener("keydown", (event) => this.press(event), { signal });
  }

  press(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.narrow();
    const first = this.items.find((item) => item.matches)?.element;
    const controls = [...(first?.querySelectorAll("textarea, select, input:not([type=hidden])") ?? [])];
    const shown = controls.filter((control) => control.checkVisibility());
    (shown.find((control) => control.matches("textarea, .value-choice")) ?? shown[0])?.focus();
  }

  get words() {
    return this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
  }

  get isNarrowed() {
    return this.words.length > 0 || this.only.some((box) => box.checked);
  }

  schedule() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.narrow());
  }

  /** Show everything again. */
  widen() {
    this.input.value = "";
    for (const box of this.only) box.checked = false;
    this.narrow();
  }

  narrow() {
    const { words } = this;
    const only = this.only.filter((box) => box.checked).map((box) => box.dataset.only);
    for (const item of this.items) {
      const outer = this.ofElement.get(item.element.parentElement.closest("[data-filter]"));
      item.belongs = Boolean(outer?.hasWords || outer?.belongs);
      item.hasWords = words.every((word) => item.text.includes(word));
      item.matches = (item.hasWords || item.belongs) && only.every((selector) => item.element.matches(selector));
      item.element.hidden = !item.matches;
    }
    for (const { element } of this.items.filter((item) => item.matches)) this.bringAlong(element);
    for (const group of this.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-filter]:not([hidden])");
      if (words.length && "open" in group) group.open = true;
    }
    this.tell(this.items.filter((item) => item.matches).length);
  }

  bringAlong(element) {
    const outer = element.parentElement.closest("[data-filter]");
    if (!outer?.hidden) return;
    outer.hidden = false;
    this.bringAlong(outer);
  }

  tell(shown) {
    const none = this.querySelector("[data-none]");
    if (none) none.hidden = shown > 0;
    const all = this.items.length.toLocaleString("en");
    if (this.count) this.count.textContent = this.isNarrowed ? `${shown.toLocaleString("en")} of ${all}` : all;
  }
}

customElements.define("filter-list", FilterList);
