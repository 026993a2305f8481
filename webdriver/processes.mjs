/** The cost of a browser as the kernel counts it: its renderers' memory and its process tree's CPU time. Linux only. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** The interval between looks at a process, in milliseconds. A look at all processes costs about 8. */
export const LOOK_MS = 250;

/**
 * Watches the memory of every renderer among a process's descendants. Returns a function that stops watching and
 * returns the highest resident memory of any one renderer, in bytes.
 */
export function watchRenderers(pid) {
  const renderers = renderersOf(pid);
  for (const renderer of renderers) writeFileSync(`/proc/${renderer}/clear_refs`, "5");
  let peak = 0;
  const look = () => {
    // VmHWM alone is not enough: it falls where a kernel reclaims unused pages.
    peak = Math.max(peak, ...renderers.map(peakOfProcess));
  };
  const looks = setInterval(look, LOOK_MS).unref();
  return () => {
    clearInterval(looks);
    look();
    return peak;
  };
}

/** Returns the resident memory of all renderers among a process's descendants, in bytes. */
export function rendererBytes(pid) {
  return renderersOf(pid).reduce((sum, id) => {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(read(id, "status")) ?? [0, 0];
    return sum + kibibytes * 1024;
  }, 0);
}

function renderersOf(pid) {
  return treeOf(pid).filter((id) => read(id, "cmdline").includes("--type=renderer"));
}

/** Returns a process's peak resident memory, in bytes; 0 if the process is gone. */
export function peakOfProcess(pid) {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(read(pid, "status")) ?? [0, 0];
  return kibibytes * 1024;
}

/** Returns the CPU time of a process, its living descendants and its ended ones, in seconds. */
export function cpuSecondsOf(pid) {
  return treeOf(pid).reduce((sum, id) => {
    // The name may contain blanks, so count fields after its bracket: utime is the 12th, cstime the 15th.
    const fields = read(id, "stat").split(") ").at(-1).split(" ");
    return sum + fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) / TICKS_PER_SECOND;
  }, 0);
}

/** Returns the IDs of a process and its descendants. */
export function treeOf(pid) {
  const parents = new Map();
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const [, parent] = /^PPid:\s+(\d+)$/m.exec(read(id, "status")) ?? [];
    if (parent) parents.set(Number(id), Number(parent));
  }
  const descends = (id) => id !== undefined && (id === pid || descends(parents.get(id)));
  return [...parents.keys()].filter(descends);
}

/** Reads a process's file; empty if the process has ended. */
function read(id, file) {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}
