/** Names that a file gets from us, and names of files in what others call a URL. */

/** What the timeline's stack is called. */
export const STACK_NAME = "tracks";

/** What a lane's track is called; a lane whose clips overlap has several. */
export function laneName(lane: number, number = 1): string {
  const name = lane === 0 ? "Main lane" : `Lane ${lane}`;
  return number === 1 ? name : `${name} (${number})`;
}

/** Whether a track's name is one that we give. */
export function isLaneName(name: string, lane: number): boolean {
  const number = /\((\d{1,9})\)$/.exec(name)?.[1];
  return name === laneName(lane, number ? Number(number) : 1);
}

/** The URL of a file that lies beside the timeline's own. */
export function urlOf(fileName: string): string {
  return encodeURIComponent(fileName);
}

/** The name of the file at a URL, or at a path, for many programs write one in its place. */
export function fileNameIn(url: string): string {
  const path = /^https?:/i.test(url) ? url.replace(/[?#].*$/s, "") : url;
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
