/** Keeps the project in IndexedDB, in a database of the studio's own, so that a reload finds it as it was. */
import { effect } from "@preact/signals";
import { createStore, get, set } from "idb-keyval";
import type { Project } from "../project/model.ts";
import { problems, project } from "./state.ts";

const store = createStore("studio", "documents");

/** The project that was open last. */
export function loadProject(): Promise<Project | undefined> {
  return get<Project>("project", store);
}

/** Saves every change from now on. Changes that come while one is being written are written as one. */
export function keepProjectSaved(): void {
  let writing = false;
  effect(() => {
    project.value;
    if (!writing) void write();
  });

  async function write() {
    writing = true;
    try {
      for (let written: Project | undefined; written !== project.peek(); ) {
        const latest = project.peek();
        await set("project", latest, store);
        written = latest;
      }
    } catch (error) {
      problems.value = [...problems.peek(), `The project could not be saved: ${(error as Error).message}`];
    } finally {
      writing = false;
    }
  }
}
