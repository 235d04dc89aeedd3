/* The vendored CodeMirror, once its script has come: neither holds up the page, which works without. */

const script = document.getElementById("codemirror");
if (!window.CodeMirror) await new Promise((done) => script.addEventListener("load", done, { once: true }));

export default window.CodeMirror;
