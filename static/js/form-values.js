/* The fields of a form, and where their names go when an item of a list is removed. */

/** What a person sees to fill in, by name; a field without one, like a search, while its choices are open. */
export function fieldsOf(form) {
  const fields = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")];
  return new Map(fields.filter((field) => field.name || field.ariaExpanded === "true").map((field) => [keyOf(field), field]));
}

export function valuesOf(form) {
  return new Map([...fieldsOf(form)].map(([key, field]) => [key, isTicked(field) ? field.checked : field.value]));
}

export function setValue(field, value) {
  if (isTicked(field)) field.checked = value;
  else field.value = value;
}

/** Whether it was chosen since the page came. */
export function isChosenAnew(field) {
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
}

/**
 * From a name (`value:/.costs/#2`) to that which the form has after the operation: in a list of items (#) or
 * rows (+) those after the one that is removed move up. Null for what is removed.
 */
export function movedBy(operation) {
  const [, list, removed] = /^remove:(.*\/[#+])(\d+)$/.exec(operation) ?? [];
  if (!list) return (name) => name;
  return (name) => {
    const role = name.slice(0, name.indexOf(":") + 1);
    const [, number, rest] = /^(\d+)(.*)$/s.exec(name.startsWith(role + list) ? name.slice((role + list).length) : "") ?? [];
    if (number === undefined || Number(number) < Number(removed)) return name;
    return number === removed ? null : `${role}${list}${number - 1}${rest}`;
  };
}

function keyOf(field) {
  return field.type === "radio" ? `${field.name}=${field.value}` : field.name || field.id;
}

function isTicked(field) {
  return field.type === "checkbox" || field.type === "radio";
}
