/*
 * Paths of expressions, read from the syntax tree: `flow.step("a").output?.lines[0]` is
 * ["flow", ".step", '("a")', ".output", ".lines", "[0]"], whatever its spaces and `?.`.
 */

import CM from "./codemirror.js";

const { javascriptLanguage } = CM;

/** The path that a node of the tree stands for, or null where it is none. */
export function pathOf(node, text) {
  if (!node) return null;
  const read = (part) => text.slice(part.from, part.to);
  if (node.name === "VariableName") return [read(node)];
  if (node.name === "ParenthesizedExpression") return pathOf(node.firstChild.nextSibling, text);
  if (node.name !== "MemberExpression" && node.name !== "CallExpression") return null;
  const base = pathOf(node.firstChild, text);
  const link = base && (node.name === "CallExpression" ? callOf(node, read) : memberOf(node, read));
  return link ? [...base, link] : null;
}

/** The path of a whole expression given as text, or null. */
export function parsePath(text) {
  const statement = javascriptLanguage.parser.parse(text).topNode.firstChild;
  return statement?.name === "ExpressionStatement" ? pathOf(statement.firstChild, text) : null;
}

function callOf(node, read) {
  const given = node.getChild("ArgList")?.getChild("String");
  return given ? `(${JSON.stringify(unquoted(read(given)))})` : "()";
}

function memberOf(node, read) {
  const name = node.getChild("PropertyName");
  if (name) return `.${read(name)}`;
  const text = node.getChild("String");
  if (text) return `.${unquoted(read(text))}`;
  return node.getChild("[") ? "[0]" : null;
}

export function unquoted(literal) {
  if (literal[0] !== '"') return literal.slice(1, -1);
  try {
    return JSON.parse(literal);
  } catch {
    return literal.slice(1, -1);
  }
}
