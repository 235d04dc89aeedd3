/*
 * <expression-field> makes an editor of the <textarea> inside it: colours, completion (Ctrl-Space), and
 * mistakes marked at their place, as the server finds them. The textarea stays the form's field and works
 * by itself without this: what is typed in either is in both, and it tells `input` and `change` as ever.
 * Beside a mode (the select `<id>:mode`) there is an editor while the mode is "expression".
 */

import CM from "./codemirror.js";
import { completionSources } from "./expression-completion.js";
import { mistakesIn } from "./expression-mistakes.js";

const PAUSE_MS = 250;
const NONCE = document.querySelector("link[nonce]")?.nonce ?? "";
const KEYS = [...CM.closeBracketsKeymap, ...CM.completionKeymap, ...CM.historyKeymap, ...CM.defaultKeymap];

// A long form has hundreds of fields: an editor is made when its field comes near the screen.
const nearby = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => entry.target.show()),
  { rootMargin: "300px" },
);

class ExpressionField extends HTMLElement {
  connectedCallback() {
    this.textarea ??= this.querySelector("textarea");
    this.mode = document.getElementById(`${this.textarea.id}:mode`);
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.mode?.addEventListener("change", () => this.show(), { signal });
    this.textarea.addEventListener("input", () => this.take(), { signal });
    this.textarea.addEventListener("select", () => this.takeSelection(), { signal });
    this.textarea.addEventListener("focus", () => this.takeFocus(), { signal });
    this.marks = new MutationObserver(() => this.view?.dispatch({}));
    this.marks.observe(this.textarea, { attributeFilter: ["aria-invalid", "aria-describedby"] });
    nearby.observe(this);
  }

  disconnectedCallback() {
    nearby.unobserve(this);
    this.listening.abort();
    this.marks.disconnect();
    this.close();
  }

  /** An editor, or the plain textarea, as the mode wants it. */
  show() {
    if (this.mode && this.mode.value !== "expression") this.close();
    else if (!this.view) this.open();
  }

  open() {
    const { textarea } = this;
    const hadFocus = document.activeElement === textarea;
    this.said = Object.assign(document.createElement("ul"), { id: `${textarea.id}:said`, className: "prop-errors said" });
    this.said.setAttribute("aria-live", "polite");
    this.after(this.said);
    const { value: doc } = textarea;
    this.view = new CM.EditorView({ doc, selection: this.selection, extensions: this.extensions(), parent: this });
    textarea.tabIndex = -1;
    textarea.ariaHidden = "true";
    if (hadFocus) this.view.focus();
    if (textarea.ariaInvalid === "true") this.check();
  }

  close() {
    if (!this.view) return;
    clearTimeout(this.timer);
    this.view.destroy();
    this.view = null;
    this.said.remove();
    this.textarea.removeAttribute("tabindex");
    this.textarea.removeAttribute("aria-hidden");
  }

  extensions() {
    const completion = { override: completionSources(() => listsAround(this.textarea)), icons: false };
    return [
      CM.EditorView.cspNonce.of(NONCE),
      CM.EditorView.lineWrapping,
      CM.EditorView.contentAttributes.of(() => this.attributesOfContent()),
      CM.EditorView.domEventHandlers({ beforeinput: typeOver }),
      CM.EditorView.updateListener.of((update) => this.follow(update)),
      CM.history(),
      CM.closeBrackets(),
      CM.bracketMatching(),
      new CM.LanguageSupport(CM.javascriptLanguage),
      CM.syntaxHighlighting(CM.classHighlighter),
      CM.autocompletion(completion),
      CM.tooltips({ parent: document.querySelector("main") }),
      CM.placeholder(this.textarea.placeholder.trim()),
      CM.keymap.of(KEYS),
    ];
  }

  attributesOfContent() {
    const { textarea, said } = this;
    const label = textarea.getAttribute("aria-label") ?? textarea.labels[0]?.textContent.trim() ?? "Expression";
    const isWrong = said.children.length > 0 || textarea.ariaInvalid === "true";
    return {
      "aria-label": label,
      "aria-describedby": `${textarea.getAttribute("aria-describedby") ?? ""} ${said.id}`.trim(),
      ...(isWrong ? { "aria-invalid": "true" } : {}),
    };
  }

  /** From the editor to the textarea. */
  follow(update) {
    const { textarea } = this;
    if (update.docChanged && !this.taking) {
      textarea.value = update.state.doc.toString();
      this.changed = true;
      this.giving = true;
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
      this.giving = false;
    }
    if (update.docChanged) this.checkSoon();
    if (update.docChanged || update.selectionSet) {
      const { from, to } = update.state.selection.main;
      textarea.setSelectionRange(from, to);
    }
    this.openListToAll();
    if (update.focusChanged && !update.view.hasFocus && this.changed) {
      this.changed = false;
      textarea.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  /** A long list of choices scrolls: one must be able to reach what scrolls. */
  openListToAll() {
    for (const list of document.querySelectorAll(".cm-tooltip-autocomplete > ul")) list.tabIndex = 0;
  }

  /** From the textarea to the editor, when something else has written into it. */
  take() {
    if (this.giving) return;
    this.show();
    const { value } = this.textarea;
    if (!this.view || this.view.state.doc.toString() === value) return;
    this.taking = true;
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: value },
      selection: this.selection,
      scrollIntoView: true,
    });
    this.taking = false;
  }

  /** With the selection, whose own event comes too late for what writes at once. */
  takeFocus() {
    this.takeSelection();
    this.view?.focus();
  }

  takeSelection() {
    const { anchor, head } = this.selection;
    const mine = this.view?.state.selection.main;
    if (mine && (mine.from !== anchor || mine.to !== head)) this.view.dispatch({ selection: { anchor, head } });
  }

  get selection() {
    const { selectionStart, selectionEnd } = this.textarea;
    return { anchor: selectionStart, head: selectionEnd };
  }

  checkSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(true), PAUSE_MS);
  }

  /** Mark the mistakes; say them too once the text is another than the one that the page came with. */
  async check(aloud = false) {
    const asked = this.view.state.doc;
    const mistakes = await mistakesIn(asked, this.closest("form"));
    if (!mistakes || this.view?.state.doc !== asked) return;
    if (aloud) this.say(mistakes);
    this.view.dispatch(CM.setDiagnostics(this.view.state, mistakes));
  }

  /** What the page came with was about another text, so it goes. */
  say(mistakes) {
    for (const old of this.parentElement.querySelectorAll(":scope > :is(.errors, .prop-errors):not(.said)")) old.remove();
    if (!("unfit" in this.textarea.dataset)) this.textarea.removeAttribute("aria-invalid");
    this.said.replaceChildren(
      ...mistakes.map(({ message }) => Object.assign(document.createElement("li"), { textContent: message })),
    );
  }
}

/** Left to itself, the browser puts what is typed over a selection in inline styles, which the policy refuses. */
function typeOver(event, view) {
  const { main } = view.state.selection;
  if (event.inputType !== "insertText" || event.data === null || main.empty || view.composing) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

/** The expressions of the lists that are mapped where a field stands, the innermost first. */
function listsAround(textarea) {
  const lists = [];
  for (let map = textarea.closest(".group-array-map"); map; map = map.parentElement.closest(".group-array-map")) {
    lists.push(map.querySelector(":scope > .fx > textarea"));
  }
  lists.push(textarea.form.elements["list"]);
  return lists.filter((list) => list && list !== textarea).map((list) => list.value);
}

customElements.define("expression-field", ExpressionField);
