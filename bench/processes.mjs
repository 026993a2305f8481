/** What a browser costs, as the kernel counts it: its renderers' memory, its process tree's time. Linux only. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** How often a process is looked at, in milliseconds: a look at all of them costs some 8. */
export const LOOK_MS = 250;

/**
 * Watches the memory of every renderer among a process's descendants. Returns what ends that, and gives the most
 * resident memory that any one held meanwhile, in bytes.
 */
export function watchRenderers(pid) {
  const renderers = treeOf(pid).filter((id) => read(id, "cmdline").includes("--type=renderer"));
  for (const renderer of renderers) writeFileSync(`/proc/${renderer}/clear_refs`, "5");
  let peak = 0;
  const look = () => {
    // The kernel's own record is no record for good: it falls where a kernel takes back pages that are not used.
    peak = Math.max(peak, ...renderers.map(peakOfProcess));
  };
  const looks = setInterval(look, LOOK_MS).unref();
  return () => {
    clearInterval(looks);
    look();
    return peak;
  };
}

/** The most resident memory that a process has held, in bytes; 0 if it is gone. */
export function peakOfProcess(pid) {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(read(pid, "status")) ?? [0, 0];
  return kibibytes * 1024;
}

/** The processor time that a process, its descendants and those that ended have used, in seconds. */
export function cpuSecondsOf(pid) {
  return treeOf(pid).reduce((sum, id) => {
    // The name may hold blanks; the fields after it are counted from its bracket: utime is the 12th, cstime the 15th.
    const fields = read(id, "stat").split(") ").at(-1).split(" ");
    return sum + fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) / TICKS_PER_SECOND;
  }, 0);
}

/** A process and its descendants. */
export function treeOf(pid) {
  const parents = new Map();
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const [, parent] = /^PPid:\s+(\d+)$/m.exec(read(id, "status")) ?? [];
    if (parent) parents.set(Number(id), Number(parent));
  }
  const descends = (id) => id !== undefined && (id === pid || descends(parents.get(id)));
  return [...parents.keys()].filter(descends);
}

/** A process's file; empty if the process has ended meanwhile. */
function read(id, file) {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}
