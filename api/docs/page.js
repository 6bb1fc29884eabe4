"use strict";
// In the browser's language, or as `?lang=` says.
const wanted = new URLSearchParams(location.search).get("lang") || navigator.language || "en";
const chinese = wanted.toLowerCase().startsWith("zh");
document.documentElement.lang = chinese ? "zh" : "en";
// Relative, so that the page works under the prefix of a proxy, too. No validator: nothing leaves
// this host.
window.ui = SwaggerUIBundle({
  url: chinese ? "docs/openapi.zh.json" : "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis],
});
