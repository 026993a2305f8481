/** Keeps the project in IndexedDB, in a database of the studio's own, so that a reload finds it as it was. */
import { effect } from "@preact/signals";
import { createStore, get, promisifyRequest } from "idb-keyval";
import type { Project } from "../project/model.ts";
import { problems, project } from "./state.ts";

const KEY = "project";
const store = createStore("studio", "documents");

/** The project that was open last. */
export function loadProject(): Promise<Project | undefined> {
  return get<Project>(KEY, store);
}

/** Saves every change from now on. */
export function keepProjectSaved(): void {
  effect(() => {
    save(project.value).catch((error: Error) => {
      problems.value = [...problems.peek(), `The project could not be saved: ${error.message}`];
    });
  });
}

function save(changed: Project): Promise<void> {
  return store("readwrite", (documents) => {
    documents.put(changed, KEY);
    // Without it the transaction waits for another turn of the page, which a reload would not give it.
    documents.transaction.commit();
    return promisifyRequest(documents.transaction);
  });
}
