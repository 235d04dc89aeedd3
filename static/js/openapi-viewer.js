/* <openapi-viewer src="address of a document"> shows it with swagger-ui, for reading: nothing is sent from here.
   <openapi-viewer src="…" sends> shows our own API, and sends as the person who is logged in. */

import { contentsPlugin, LAYOUT } from "./openapi-layout.js";
import { keepComplete } from "./openapi-names.js";

function withOurToken(request) {
  request.headers["X-CSRFToken"] = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  return request;
}

const FOR_READING = { docExpansion: "full", defaultModelsExpandDepth: 1, supportedSubmitMethods: [] };
const FOR_SENDING = { docExpansion: "list", defaultModelsExpandDepth: 0, requestInterceptor: withOurToken };

const dark = matchMedia("(prefers-color-scheme: dark)");

function followShade() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

class OpenapiViewer extends HTMLElement {
  connectedCallback() {
    followShade();
    dark.addEventListener("change", followShade);
    keepComplete(this);
    window.SwaggerUIBundle({
      url: this.getAttribute("src"),
      domNode: this,
      layout: LAYOUT,
      plugins: [contentsPlugin],
      validatorUrl: null,
      ...(this.hasAttribute("sends") ? FOR_SENDING : FOR_READING),
    });
  }
}

customElements.define("openapi-viewer", OpenapiViewer);
