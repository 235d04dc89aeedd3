/*
 * What one may write next in an expression. It knows the helpers, the libraries, and the data that the
 * page offers in its [data-insert] buttons; it looks through calls, lists, `?.` and chains.
 */

import CM from "./codemirror.js";
import { parsePath, pathOf } from "./expression-paths.js";
import { JAVASCRIPT, OF_ANY_VALUE, SAME, WORDS } from "./expression-words.js";

const { localCompletionSource, scopeCompletionSource, startCompletion, syntaxTree } = CM;
const IDENTIFIER = /^[\w$]*$/;
const STEP_ID = /^[\w-]*$/;
const SILENT = new Set(["LineComment", "BlockComment", "TemplateString", "String", "RegExp", "PropertyDefinition"]);

// A page may offer a thousand expressions, and offers the same ones each time.
const paths = new Map();

class Word {
  about = "";
  next = new Map();

  /** The word at the end of a path that begins here, made where there is none. */
  grow(path) {
    return path.reduce((word, link) => word.next.get(link) ?? word.next.set(link, new Word()).get(link), this);
  }

  add(text, about) {
    if (!paths.has(text)) paths.set(text, parsePath(text));
    const path = paths.get(text);
    if (!path) return;
    const word = this.grow(path);
    word.about ||= about;
  }
}

let always = null;

/** Two trees to look in: what holds on every page, made once, and the data that this page offers now. */
function known() {
  if (!always) {
    always = new Word();
    for (const [text, about] of WORDS) always.add(text, about);
    for (const [text, other] of SAME) always.grow(parsePath(text)).next = always.grow(parsePath(other)).next;
  }
  const here = new Word();
  for (const button of document.querySelectorAll("[data-insert]")) {
    here.add(button.dataset.insert, button.querySelector(".muted")?.textContent.trim() ?? "");
  }
  return [always, here];
}

/** The words that a path leads to: a call means the one with its argument and the one with any. */
function follow(words, link) {
  const links = link.startsWith("(") ? new Set([link, "()"]) : [link];
  return [...links].flatMap((each) => words.flatMap((word) => word.next.get(each) ?? []));
}

/** The same, with `flow.mapItem()` taken for an element of the list that `lists` map, the innermost first. */
function wordsAt(trees, path, lists) {
  const own = path.reduce(follow, trees);
  const [list, ...outer] = lists;
  const listed = list && isItem(path) && parsePath(list);
  if (!listed) return own;
  const mapped = wordsAt(trees, listed, outer);
  const elements = follow(mapped, "[0]");
  return [...own, ...path.slice(3).reduce(follow, elements.length ? elements : mapped)];
}

function isItem(path) {
  return ["flow.mapItem()", "flow.loopItem()"].includes(path.slice(0, 3).join(""));
}

/** Completion sources for one field; `listsAround()` gives the expressions of the lists it stands in. */
export function completionSources(listsAround) {
  return [(context) => complete(context, listsAround), localCompletionSource, scopeCompletionSource(JAVASCRIPT)];
}

function complete(context, listsAround) {
  const { state, pos, explicit } = context;
  const text = state.doc.toString();
  const node = syntaxTree(state).resolveInner(pos, -1);
  if (node.name === "String" && isStepArgument(node, text)) return stepIds(node, text, pos);
  if (SILENT.has(node.name)) return null;
  const member = memberAt(node);
  if (member) {
    const path = pathOf(member.firstChild, text);
    const from = node.name === "PropertyName" ? node.from : pos;
    return answer(from, path ? membersOf(path, listsAround()) : ofAnyValue());
  }
  if (node.name !== "VariableName" && !explicit) return null;
  return answer(node.name === "VariableName" ? node.from : pos, roots());
}

function memberAt(node) {
  const parent = node.parent;
  if (parent?.name !== "MemberExpression") return null;
  const named = node.name === "PropertyName" || node.name === "." || node.name === "?.";
  return named || node.type.isError ? parent : null;
}

function answer(from, options) {
  return options.length ? { from, options, validFor: IDENTIFIER } : null;
}

function roots() {
  return optionsOf(known());
}

function membersOf(path, lists) {
  const members = optionsOf(wordsAt(known(), path, lists), ".");
  return members.length ? members : ofAnyValue();
}

/** What may follow any of these words, in the order in which they tell it. */
function optionsOf(words, begin = "") {
  const found = new Map();
  for (const [link, word] of words.flatMap(({ next }) => [...next])) {
    if (link.startsWith(begin) && !found.has(link)) found.set(link, word);
  }
  return [...found].map(([link, word], number) => option(link.slice(begin.length), word, number));
}

function ofAnyValue() {
  return OF_ANY_VALUE.map(([label, detail]) => ({ label, detail, type: "method", boost: -1 }));
}

function option(label, word, number) {
  const isCall = [...word.next.keys()].some((link) => link.startsWith("("));
  const about = word.about || aboutCall(word);
  const shown = { label, detail: about, type: isCall ? "method" : "property", boost: Math.max(40 - number, 0) };
  if (isCall && label === "step") return { ...shown, displayLabel: 'step("…")', apply: insertStep };
  if (isCall) return { ...shown, displayLabel: `${label}()`, apply: insertCall };
  return IDENTIFIER.test(label) ? shown : { ...shown, apply: insertQuoted };
}

function aboutCall(word) {
  return [...word.next].find(([link]) => link.startsWith("("))?.[1].about ?? "";
}

function insertCall(view, completion, from, to) {
  const called = view.state.sliceDoc(to, to + 1) === "(";
  const text = called ? completion.label : `${completion.label}()`;
  const takesNothing = /^(info|mapItem|loopItem|is(Cache|Action|Queue)\w+)$/.test(completion.label);
  put(view, text, from, to, from + text.length - (called || takesNothing ? 0 : 1));
}

function insertStep(view, completion, from, to) {
  put(view, 'step("")', from, to, from + 'step("'.length);
  startCompletion(view);
}

/** A name that is no identifier goes in brackets: `data.my field` becomes `data["my field"]`. */
function insertQuoted(view, completion, from, to) {
  const optional = view.state.sliceDoc(from - 2, from) === "?.";
  const start = optional ? from : from - 1;
  const text = `[${JSON.stringify(completion.label)}]`;
  put(view, text, start, to, start + text.length);
}

function put(view, insert, from, to, anchor) {
  view.dispatch({ changes: { from, to, insert }, selection: { anchor }, userEvent: "input.complete" });
}

function isStepArgument(node, text) {
  const call = node.parent?.name === "ArgList" ? node.parent.parent : null;
  const path = call && pathOf(call.firstChild, text);
  return path?.join("") === "flow.step";
}

function stepIds(node, text, pos) {
  const ids = [...known()[1].grow(["flow", ".step"]).next.keys()].map((link) => JSON.parse(link.slice(1, -1)));
  const isClosed = node.to > node.from + 1 && text[node.to - 1] === text[node.from];
  const options = ids.map((label) => ({ label, type: "text", apply: insertStepId }));
  return { from: node.from + 1, to: isClosed ? node.to - 1 : pos, options, validFor: STEP_ID };
}

/** Puts the id in and goes on after the call, which is closed where it was not. */
function insertStepId(view, completion, from, to) {
  const quote = view.state.sliceDoc(from - 1, from);
  const closing = view.state.sliceDoc(to, to + 2) === `${quote})` ? to + 2 : view.state.sliceDoc(to, to + 1) === quote ? to + 1 : to;
  const text = `${completion.label}${quote})`;
  put(view, text, from, closing, from + text.length);
}
