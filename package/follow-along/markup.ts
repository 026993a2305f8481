/** Text from outside in HTML: each escape for its own place. */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as an element's content, or as an attribute's value between quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/**
 * A value as JSON in a `script` element. Nothing in it can end the element or open a comment, and it stays one line for
 * whatever takes U+2028 and U+2029 for line ends.
 */
export function jsonInScript(value: unknown): string {
  const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, code);
}
