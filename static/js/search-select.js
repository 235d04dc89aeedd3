/*
 * <search-select> makes the long <select> inside it searchable: one types words of the group and the
 * choice, in any order. The select stays the form's field, and works by itself without this.
 * `words="address"` gives more to search in and to show: {value: [mark, address, description]} as JSON,
 * fetched once somebody comes near.
 */

const SHOWN = 60;

class SearchSelect extends HTMLElement {
  connectedCallback() {
    this.select = this.querySelector("select");
    if (!this.select || this.select.disabled || this.input) return;
    this.choices = [...this.select.options].filter((option) => option.value).map(choiceOf);
    const hadFocus = document.activeElement === this.select;
    this.build();
    this.listen();
    this.showChosen();
    if (hadFocus) this.input.focus();
  }

  build() {
    const { id } = this.select;
    this.input = make("input", { id, type: "text", autocomplete: "off", spellcheck: false, role: "combobox" });
    this.list = make("div", { id: `${id}:list`, role: "listbox", hidden: true, ariaLabel: "Choices" });
    this.said = make("span", { className: "visually-hidden", role: "status" });
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-autocomplete", "list");
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (this.select.hasAttribute(name)) this.input.setAttribute(name, this.select.getAttribute(name));
    }
    this.select.id = `${id}:select`;
    this.select.hidden = true;
    this.append(this.input, this.list, this.said);
  }

  listen() {
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.open(""));
    this.input.addEventListener("input", () => this.open(this.input.value));
    // What is typed here changes nothing in the form until something is chosen.
    for (const kind of ["input", "change"]) this.input.addEventListener(kind, (event) => event.stopPropagation());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    this.addEventListener("focusout", (event) => !this.contains(event.relatedTarget) && this.close());
    for (const kind of ["pointerenter", "focusin"]) this.addEventListener(kind, () => this.learn(), { once: true });
  }

  async learn() {
    const address = this.getAttribute("words");
    if (!address || this.asked) return;
    this.asked = true;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const words = await answer.json();
    for (const choice of this.choices) {
      const [mark, where, about] = words[choice.option.value] ?? ["", "", ""];
      Object.assign(choice, { mark, where, text: `${choice.name} ${mark} ${where} ${about}`.toLowerCase() });
    }
    if (!this.list.hidden) this.open(this.typed);
  }

  showChosen() {
    const chosen = this.choices.find(({ option }) => option.selected);
    this.input.value = chosen ? [chosen.group, chosen.option.label].filter(Boolean).join(" > ") : "";
    this.input.placeholder = this.select.options[0].label;
  }

  open(typed) {
    this.typed = typed;
    const words = typed.toLowerCase().split(/[\s>]+/).filter(Boolean);
    const found = this.found(words);
    this.list.replaceChildren(...grouped(found.slice(0, SHOWN)).map((group) => this.group(group)));
    if (found.length === 0) this.list.append(remark("Nothing has all these words. Try fewer."));
    if (found.length > SHOWN) this.list.append(remark(`${found.length - SHOWN} more: type to narrow them down.`));
    this.said.textContent = words.length ? `${found.length} found` : "";
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.point(this.rows.find((row) => row.dataset.value === this.select.value) ?? (words.length ? this.rows[0] : null));
  }

  /** Those that are called so come first, then those that only say so elsewhere. */
  found(words) {
    const all = this.choices.filter(({ text }) => words.every((word) => text.includes(word)));
    const isCalledSo = ({ name }) => words.every((word) => name.includes(word));
    return [...all.filter(isCalledSo), ...all.filter((choice) => !isCalledSo(choice))];
  }

  group({ name, choices }) {
    const rows = choices.map((choice) => this.row(choice));
    if (!name) return rows[0];
    const group = make("div", { role: "group", ariaLabel: name });
    group.append(make("span", { className: "overline", ariaHidden: "true", textContent: name }), ...rows);
    return group;
  }

  row({ option, mark, where }) {
    const row = make("div", { role: "option", id: `${this.list.id}:${option.index}`, ariaSelected: String(option.selected) });
    row.dataset.value = option.value;
    row.append(make("strong", { textContent: option.label }));
    if (where) row.append(make("code", { textContent: `${mark} ${where}` }));
    return row;
  }

  get rows() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  point(row) {
    this.pointed?.classList.remove("pointed");
    this.pointed = row;
    row?.classList.add("pointed");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open("");
      const { rows } = this;
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (rows.length) this.point(rows.at((rows.indexOf(this.pointed) + step + rows.length) % rows.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.list.hidden) this.open("");
      else this.choose(this.pointed);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  choose(row) {
    if (!row) return;
    const changed = this.select.value !== row.dataset.value;
    this.select.value = row.dataset.value;
    this.close();
    if (changed) this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    this.list.hidden = true;
    this.said.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.showChosen();
  }
}

function choiceOf(option) {
  const group = option.parentElement.label ?? "";
  const name = `${group} ${option.label}`.toLowerCase();
  return { option, group, name, text: name, mark: "", where: "" };
}

/** Neighbours of one group together: [{name, choices}]. */
function grouped(choices) {
  const groups = [];
  for (const choice of choices) {
    if (!choice.group || groups.at(-1)?.name !== choice.group) groups.push({ name: choice.group, choices: [] });
    groups.at(-1).choices.push(choice);
  }
  return groups;
}

function remark(textContent) {
  return make("p", { textContent, className: "muted small", role: "presentation" });
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

customElements.define("search-select", SearchSelect);
