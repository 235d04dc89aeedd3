/* What the server finds wrong with an expression, as diagnostics of the editor. */

/** Null where there is no answer: saving the step will tell. */
export async function mistakesIn(doc, form) {
  const body = new URLSearchParams({ expression: doc.toString() });
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  try {
    // Beside the address of the step, which is where its form is sent.
    const answer = await fetch(new URL("expression-check", form.action), { method: "POST", headers, body });
    if (!answer.ok || answer.redirected) return null;
    const { problems } = await answer.json();
    return problems.map((problem) => diagnosticOf(problem, doc));
  } catch {
    return null;
  }
}

function diagnosticOf({ text, line, column }, doc) {
  const message = text[0].toUpperCase() + text.slice(1);
  return { ...placeOf(line, column, doc), severity: "error", message };
}

function placeOf(line, column, doc) {
  if (line < 1 || line > doc.lines) return { from: 0, to: doc.length };
  const { from, to, text } = doc.line(line);
  const characters = [...text];
  const start = characters.slice(0, column - 1).join("").length;
  const word = /^[\w$]+|^./u.exec(text.slice(start))?.[0].length ?? 0;
  // At the end of the text there is nothing to mark but what stands before it.
  return word ? { from: from + start, to: from + start + word } : { from: Math.max(from, to - 1), to };
}
