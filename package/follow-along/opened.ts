/** Starts the player in an opened follow-along file, from the file's own contents. */
import { decodeBase64 } from "../base64.js";
import type { PageContent } from "./options.js";
import { followAlong } from "./player.js";

async function open(): Promise<void> {
  const content = document.getElementById("content") as HTMLElement;
  const { type, ...script } = JSON.parse(content.textContent as string) as PageContent;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const slice of document.querySelectorAll(".audio")) {
    parts.push(decodeBase64(slice.textContent as string));
    // The slice's text is no longer needed.
    slice.remove();
    await new Promise((next) => setTimeout(next));
  }
  const main = document.querySelector("main") as HTMLElement;
  followAlong(main, { ...script, audio: new Blob(parts, { type }) });
}

void open();
