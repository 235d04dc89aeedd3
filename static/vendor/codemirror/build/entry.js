// What expression fields use of CodeMirror 6. The package named `codemirror` is not among it:
// its tag `latest` is a release of the old version 5 line.
export { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from '@codemirror/autocomplete';
export { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
export { javascriptLanguage, localCompletionSource, scopeCompletionSource } from '@codemirror/lang-javascript';
export { bracketMatching, LanguageSupport, syntaxHighlighting, syntaxTree } from '@codemirror/language';
export { setDiagnostics } from '@codemirror/lint';
export { Compartment, EditorState, Transaction } from '@codemirror/state';
export { drawSelection, EditorView, keymap, placeholder, tooltips } from '@codemirror/view';
export { classHighlighter } from '@lezer/highlight';
