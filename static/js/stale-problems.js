/*
 * What the page said of a field when it came is about what the field held then: with the first change of
 * the field it goes, beside the field and from the list at the top of the form. The preview says what is so now.
 */

document.addEventListener("input", forget);
document.addEventListener("change", forget);

function forget({ target }) {
  const form = target.form;
  const place = target.closest(".value, .prop, .field");
  if (!form || !place) return;
  const field = fieldOf(place) ?? target;
  for (const said of place.querySelectorAll(":scope > .prop-errors:not(.said), :scope > .errors")) said.remove();
  if (!("unfit" in field.dataset)) field.removeAttribute("aria-invalid");
  const link = form.querySelector(`.notice.error a[href="#${CSS.escape(field.id)}"]`);
  if (link) strike(link.closest("li"));
}

/** The field that problems of a value lead to, whichever of its controls was changed. */
function fieldOf(place) {
  return place.querySelector(":scope > .value-text > textarea, :scope > .prop-value > .value > .value-text > textarea");
}

function strike(item) {
  const notice = item.closest(".notice");
  item.remove();
  const left = notice.querySelectorAll("li").length;
  if (left) notice.querySelector("strong").textContent = `${left} problem${left > 1 ? "s" : ""} to correct`;
  else notice.remove();
}
