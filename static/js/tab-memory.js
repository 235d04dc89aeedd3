/* Texts that outlive a page, in this tab alone. A browser may refuse: then they live as long as the page. */

export function remember(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    forget(name);
  }
}

export function recall(name) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

export function forget(name) {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // Nothing can be stored here, so there is nothing to forget.
  }
}
