/* What swagger-ui lays out inside our pages: the operations and the schemas only. Its own layout brings a second
   <main>, a title and a list of servers, which the page around it says already. */

export const LAYOUT = "ContentsLayout";
const PARTS = ["errors", "operations", "Models"];

export function contentsPlugin({ React }) {
  const h = React.createElement;

  function ContentsLayout({ getComponent, specSelectors }) {
    const status = specSelectors.loadingStatus();
    const loaded = specSelectors.specStr() && status !== "failed";
    const parts = () => PARTS.map((name) => h(getComponent(name, true), { key: name }));
    return h("div", { className: "swagger-ui" }, loaded ? parts() : message(status));
  }

  function message(status) {
    const words = status === "failed" ? "The document can't be loaded. Reload the page." : "Loading the documentation…";
    return h("p", { className: "panel-body muted", role: "status" }, words);
  }

  return { components: { ContentsLayout } };
}
