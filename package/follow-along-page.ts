/**
 * Makes the follow-along file: one HTML file with the player, its script, its sound and its cover. It is a separate
 * module that follow-along.js loads on demand, because it contains the player a second time, as text.
 *
 * The sound is stored in many elements of Base64 text, not in one `data:` URL: Firefox accepts none over 32 MB, and
 * does not seek in it. The file's own Content-Security-Policy allows only the player to run, and nothing to load.
 */
import { base64Length, encodeBase64 } from "./base64.js";
import { escaped, jsonInScript } from "./follow-along/markup.js";
import type { FollowAlongOptions, PageContent } from "./follow-along/options.js";

/** The content of a follow-along file. */
export interface FollowAlongPageOptions extends Omit<FollowAlongOptions, "audio"> {
  /** The sound. */
  audio: Blob;
  /** A picture to show beside the title. Default: none. */
  cover?: Blob;
}

/** The player and the page's style, inserted by the build, with their hashes for a Content-Security-Policy. */
declare const INLINE: Record<"script" | "style", { text: string; hash: string }>;

/** The bytes of sound to read at a time. A multiple of 3, so that only the last slice needs Base64 padding. */
const SLICE_BYTES = 3 * 512 * 1024;

/** Makes the file. */
export async function makePage({ audio, cover, ...script }: FollowAlongPageOptions): Promise<Blob> {
  const { webvtt, title = "Audio", language = document.documentElement.lang } = script;
  const content: PageContent = { ...script, type: audio.type || "audio/mp4" };
  const policy = [
    "default-src 'none'",
    `script-src '${INLINE.script.hash}'`,
    `style-src '${INLINE.style.hash}'`,
    "img-src data:",
    "media-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  const picture = cover ? `<img src="${escaped(await dataAddress(cover))}" alt="">` : "";
  const head = `<!doctype html>
<html lang="${escaped(language || "en")}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="generator" content="Secuencia">
<title>${escaped(title)}</title>
<style>${INLINE.style.text}</style>
</head>
<body>
<header>${picture}<h1 dir="auto">${escaped(title)}</h1></header>
<main></main>
<noscript><p>To play, this page needs JavaScript. This is its script:</p><pre dir="auto">${escaped(webvtt)}</pre></noscript>
<script type="application/json" id="content">${jsonInScript(content)}</script>
`;
  const base64 = new Uint8Array(base64Length(SLICE_BYTES));
  const sound: Blob[] = [];
  for (let at = 0; at < audio.size; at += SLICE_BYTES) {
    const slice = new Uint8Array(await audio.slice(at, at + SLICE_BYTES).arrayBuffer());
    // A Blob copies the text. The browser chooses where to keep it, which may be the disk.
    const text = encodeBase64(slice, base64);
    sound.push(new Blob(['<script type="text/plain" class="audio">', text, "</script>\n"]));
  }
  return new Blob([head, ...sound, `<script>${INLINE.script.text}</script>\n</body>\n</html>\n`], {
    type: "text/html",
  });
}

/** Returns a picture as a `data:` URL. */
async function dataAddress(picture: Blob): Promise<string> {
  const bytes = new Uint8Array(await picture.arrayBuffer());
  const base64 = encodeBase64(bytes, new Uint8Array(base64Length(bytes.length)));
  return `data:${picture.type};base64,${new TextDecoder().decode(base64)}`;
}
