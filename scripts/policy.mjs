/**
 * The studio's Content-Security-Policy: nothing inline and nothing from other origins. `index.html` has it in a meta
 * element, so that every static host applies it. `serve.mjs` also sends it as a header, as a host should.
 */

/** Blobs are only shown (pictures) or played (the finished export). */
const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];
/** No text becomes markup or code. Each policy makes addresses of scripts: the workers', and the service worker's. */
const TRUSTED_TYPES = ["require-trusted-types-for 'script'", "trusted-types secuencia secuencia-studio"];
/** A meta element cannot say this. */
const FRAMES = "frame-ancestors 'none'";

/** The policy in the meta element. */
export const META_POLICY = [...DIRECTIVES, ...TRUSTED_TYPES].join("; ");

/** The policy as a header. */
export const HEADER_POLICY = `${META_POLICY}; ${FRAMES}`;

/** The header for the API reference. typedoc's pages have inline scripts and styles, and write markup. */
export const REFERENCE_POLICY = [...DIRECTIVES, FRAMES]
  .join("; ")
  .replace(/(script|style)-src 'self'/g, "$& 'unsafe-inline'");
