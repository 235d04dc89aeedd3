/* What swagger-ui leaves out for those who read with a screen reader or move by keyboard. It draws anew whenever
   somebody opens, tries or sends something, so what it draws is completed each time. */

/** Completes what stands in `viewer` now and whatever is drawn there later. */
export function keepComplete(viewer) {
  new MutationObserver(() => complete(viewer)).observe(viewer, { childList: true, subtree: true });
}

function complete(viewer) {
  viewer.querySelectorAll("h1, h2, h3, h4, h5, h6").forEach(placeHeading);
  viewer.querySelectorAll("select, textarea, input").forEach(nameControl);
  viewer.querySelectorAll("button.model-box-control").forEach(nameToggle);
  viewer.querySelectorAll("pre").forEach(reachCode);
  // A table that calls itself a region is read as no table.
  viewer.querySelectorAll("table[role=region]").forEach((table) => table.removeAttribute("role"));
}

/** The page's <h1> stands above; its own headings begin at <h3>, those in descriptions anywhere. */
function placeHeading(heading) {
  const described = heading.closest(".markdown, .renderedMarkdown");
  heading.ariaLevel = described ? 3 : Math.max(2, heading.tagName[1] - 1);
}

function nameControl(control) {
  if (control.ariaLabel || control.labels?.length) return;
  const { paramName, propertyName } = control.closest("[data-param-name], [data-property-name]")?.dataset ?? {};
  control.ariaLabel = paramName ?? propertyName ?? "Request body";
}

/** The arrow before a schema without a title. */
function nameToggle(button) {
  button.ariaLabel = button.textContent.trim() ? null : "Schema";
}

function reachCode(code) {
  code.tabIndex = 0;
  code.role = "group";
  code.ariaLabel = codeName(code);
}

function codeName(code) {
  if (code.closest(".curl-command")) return "curl command";
  if (code.closest(".markdown, .renderedMarkdown")) return "Code";
  const response = code.closest("tr.response");
  if (!response) return "Request body";
  return `Response ${response.querySelector(".response-col_status")?.firstChild?.textContent ?? ""}`.trim();
}
