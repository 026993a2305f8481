/** The names that we write to a file, and file names in URLs. */

/** The name of the timeline's stack. */
export const STACK_NAME = "tracks";

/** Returns the name of a lane's track. A lane whose clips overlap has several. */
export function laneName(lane: number, number = 1): string {
  const name = lane === 0 ? "Main lane" : `Lane ${lane}`;
  return number === 1 ? name : `${name} (${number})`;
}

/** Returns whether a track's name is one of ours. */
export function isLaneName(name: string, lane: number): boolean {
  const number = /\((\d{1,9})\)$/.exec(name)?.[1];
  return name === laneName(lane, number ? Number(number) : 1);
}

/** Returns the URL of a file beside the timeline's own. Half a character, which no URL can hold, becomes U+FFFD. */
export function urlOf(fileName: string): string {
  return encodeURIComponent(fileName.replace(/\p{Surrogate}/gu, "\ufffd"));
}

/** Returns the file name in a URL, or in a path, since many programs write one instead. */
export function fileNameIn(url: string): string {
  const path = /^https?:/i.test(url) ? url.replace(/[?#].*$/s, "") : url;
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
