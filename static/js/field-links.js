/*
 * A link to a field of this page leads there also where a filter hides the field, or the mode of its value
 * does: then to the row around it. What has the focus afterwards is what one can type into or choose.
 */

const REACHABLE = "textarea, select, input:not([type=hidden]), button";

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field || !field.closest(".prop, .editor-part")) return;
  if (field.closest("[data-filter][hidden]")) field.closest("filter-list").widen();
  const isRow = field.matches(".prop");
  if (!isRow && field.checkVisibility()) return;
  event.preventDefault();
  const row = field.closest(".prop");
  row?.scrollIntoView({ block: "start" });
  reachableIn(row)?.focus({ preventScroll: true });
  history.replaceState(history.state, "", link.hash);
});

/** The value's own control rather than its mode or Include, where there is one. */
function reachableIn(row) {
  const controls = [...(row?.querySelectorAll(`.prop-value :is(${REACHABLE})`) ?? [])];
  const shown = controls.filter((control) => control.checkVisibility());
  const include = row?.querySelector(".prop-include input");
  return shown.find((control) => !control.matches(".mode")) ?? shown[0] ?? include;
}
