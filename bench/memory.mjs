/** The memory of a browser's renderer processes, as the kernel counts it: Linux only. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Starts the count of the peak anew, for every renderer among a process's descendants. */
export function resetPeaks(pid) {
  for (const renderer of renderersOf(pid)) writeFileSync(`/proc/${renderer}/clear_refs`, "5");
}

/** The most resident memory that any one renderer has held since, in bytes. */
export function peakOf(pid) {
  return Math.max(
    ...renderersOf(pid).map((renderer) => {
      const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${renderer}/status`, "utf8"));
      return kibibytes * 1024;
    }),
  );
}

/** The renderers among a process's descendants. */
function renderersOf(pid) {
  const parents = new Map();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const [, parent] = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${entry}/status`, "utf8"));
      parents.set(Number(entry), Number(parent));
    } catch {
      // It ended meanwhile.
    }
  }
  const descends = (id) => id !== undefined && (id === pid || descends(parents.get(id)));
  return [...parents.keys()].filter(
    (id) => descends(id) && readFileSync(`/proc/${id}/cmdline`, "utf8").includes("--type=renderer"),
  );
}
