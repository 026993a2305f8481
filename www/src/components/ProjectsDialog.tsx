/** The dialog with all projects, to open, rename, duplicate and delete them, and to begin others. Loaded on demand. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { daysLeft, type Listed } from "../project/shelf.ts";
import { openScript } from "../studio/script-opening.ts";
import { duplicate, listing, look, putBack, remove, removeForGood, rename, takeBack, told } from "../studio/shelf.ts";
import { isViewing, opened } from "../studio/state.ts";
import { loadStyles } from "../studio/styles.ts";
import { beginEmpty, beginSample, openShelved } from "../studio/switching.ts";
import { laterWords } from "../words/later.ts";
import { words } from "../words/words.ts";
import { OpenButton } from "./OpenButton.tsx";

export { look };

await loadStyles("projects.css");

export function ProjectsDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const undo = useRef<HTMLButtonElement>(null);
  /** The project whose name is being typed. */
  const [typed, setTyped] = useState<string>();
  /** The deleted project that the user is asked about. */
  const [asked, setAsked] = useState<string>();
  const { projects = [], deleted = [], bytes = 0 } = listing.value ?? {};
  useLayoutEffect(() => {
    told.value = "";
    takeBack.value = undefined;
    dialog.current?.showModal();
  }, []);
  // The button that was pressed may be gone.
  useLayoutEffect(() => {
    if (takeBack.value) undo.current?.focus();
    else if (dialog.current?.open && !dialog.current.contains(document.activeElement)) dialog.current.focus();
  }, [listing.value]);
  const say = laterWords.value.projectsDialog;
  const begin = words.value.projects;
  const close = () => dialog.current?.close();
  // Another tab edits now.
  useLayoutEffect(() => {
    if (isViewing.value) close();
  }, [isViewing.value]);
  /** Closes the dialog, and opens something in the page. */
  const leaveFor = (act: () => unknown) => () => {
    close();
    act();
  };
  return (
    <dialog
      ref={dialog}
      id="projects-dialog"
      class="projects-dialog"
      aria-labelledby="projects-title"
      tabIndex={-1}
      onClose={onClose}
    >
      <div class="projects-frame">
        <h2 id="projects-title">{say.title}</h2>
        <div class="projects-body">
          <div class="begin">
            <button type="button" id="new-project" class="button" onClick={leaveFor(beginEmpty)}>
              {begin.begin}
            </button>
            <OpenButton id="open-file" label={say.openFile} onPick={close} />
            <button type="button" id="new-from-script" class="button" onClick={leaveFor(() => openScript([], true))}>
              {begin.fromScript}
            </button>
            <button type="button" id="open-sample" class="button" onClick={leaveFor(beginSample)}>
              {begin.sample}
            </button>
          </div>
          <ul class="projects" aria-label={say.list}>
            {projects.map((project) => (
              <Row
                key={project.id}
                project={project}
                isTyped={project.id === typed}
                setTyped={setTyped}
                onOpen={leaveFor(() => openShelved(project.id))}
              />
            ))}
          </ul>
          <p id="projects-total" class="quiet">
            {say.total(projects.length, deleted.length, bytes)}
          </p>
          {deleted.length > 0 && (
            <section aria-labelledby="deleted-title">
              <h3 id="deleted-title">{say.recentlyDeleted}</h3>
              <ul class="projects" aria-labelledby="deleted-title">
                {deleted.map((project) => (
                  <li key={project.id} data-project={project.id}>
                    <p class="project-title">
                      <bdi>{titleOf(project)}</bdi>
                    </p>
                    <p class="quiet">
                      {project.id === asked
                        ? say.noWayBack
                        : say.daysLeft(facts(project), daysLeft(project, Date.now()))}
                    </p>
                    <DeletedActions project={project} isAsked={project.id === asked} setAsked={setAsked} />
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
        <div class="dialog-foot">
          <p role="status" id="projects-told">
            {told.value}{" "}
            {takeBack.value && (
              <button type="button" ref={undo} id="undo-delete" class="link" onClick={() => void takeBack.value?.()}>
                {say.undo}
              </button>
            )}
          </p>
          <button type="button" class="button primary" onClick={close}>
            {say.close}
          </button>
        </div>
      </div>
    </dialog>
  );
}

interface RowProps {
  project: Listed;
  /** Whether its name is being typed. */
  isTyped: boolean;
  setTyped: (id: string | undefined) => void;
  onOpen: () => void;
}

function Row({ project, isTyped, setTyped, onOpen }: RowProps) {
  const say = laterWords.value.projectsDialog;
  const title = titleOf(project);
  const isOpen = project.id === opened.value.id;
  const renaming = useRef<HTMLButtonElement>(null);
  const wasTyped = useRef(isTyped);
  useLayoutEffect(() => {
    if (wasTyped.current && !isTyped) renaming.current?.focus();
    wasTyped.current = isTyped;
  }, [isTyped]);
  return (
    <li data-project={project.id} aria-current={isOpen ? "true" : undefined}>
      {isTyped ? (
        <NameField project={project} onEnd={() => setTyped(undefined)} />
      ) : (
        <p class="project-title">
          <bdi>{title}</bdi>
          {isOpen && <span class="mark">{say.isOpen}</span>}
        </p>
      )}
      <p class="quiet">{say.changed(facts(project), words.value.formats.date(project.changedAt))}</p>
      <p class="project-actions">
        {!isOpen && (
          <button type="button" class="link" aria-label={say.act(say.open, title)} onClick={onOpen}>
            {say.open}
          </button>
        )}
        <button
          type="button"
          ref={renaming}
          class="link"
          aria-label={say.act(say.rename, title)}
          onClick={() => setTyped(project.id)}
        >
          {say.rename}
        </button>
        <button
          type="button"
          class="link"
          aria-label={say.act(say.duplicate, title)}
          onClick={() => void duplicate(project)}
        >
          {say.duplicate}
        </button>
        <button type="button" class="link" aria-label={say.act(say.delete, title)} onClick={() => void remove(project)}>
          {say.delete}
        </button>
      </p>
    </li>
  );
}

interface DeletedActionsProps {
  project: Listed;
  /** Whether it was asked to be removed for good, which cannot be undone. */
  isAsked: boolean;
  setAsked: (id: string | undefined) => void;
}

function DeletedActions({ project, isAsked, setAsked }: DeletedActionsProps) {
  const say = laterWords.value.projectsDialog;
  const title = titleOf(project);
  return (
    <p class="project-actions">
      <button
        type="button"
        class="link"
        aria-label={say.act(isAsked ? say.keep : say.putBack, title)}
        onClick={() => (isAsked ? setAsked(undefined) : void putBack(project))}
      >
        {isAsked ? say.keep : say.putBack}
      </button>
      <button
        type="button"
        class="link"
        aria-label={say.act(isAsked ? say.yesForGood : say.forGood, title)}
        onClick={() => (isAsked ? void removeForGood(project) : setAsked(project.id))}
      >
        {isAsked ? say.yesForGood : say.forGood}
      </button>
    </p>
  );
}

function NameField({ project, onEnd }: { project: Listed; onEnd: () => void }) {
  const say = laterWords.value.projectsDialog;
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
    // Escape ends the typing and not the dialog. A second one closes a dialog without a cancel event.
    const dialog = field.current?.closest("dialog");
    const end = (event: Event) => {
      event.preventDefault();
      onEnd();
    };
    const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && end(event);
    dialog?.addEventListener("keydown", onKeyDown);
    dialog?.addEventListener("cancel", end);
    return () => {
      dialog?.removeEventListener("keydown", onKeyDown);
      dialog?.removeEventListener("cancel", end);
    };
  }, []);
  return (
    <form
      class="rename"
      onSubmit={(event) => {
        event.preventDefault();
        onEnd();
        void rename(project, field.current?.value ?? project.name);
      }}
    >
      <input ref={field} aria-label={say.newName(titleOf(project))} defaultValue={project.name} autocomplete="off" />
      <button type="submit" class="button primary">
        {say.rename}
      </button>
      <button type="button" class="button" onClick={onEnd}>
        {say.cancel}
      </button>
    </form>
  );
}

/** The name of a project, which its user may have left empty. */
function titleOf({ name }: Listed): string {
  return name.trim() || words.value.projects.untitled;
}

function facts({ seconds, clips, bytes }: Listed): string {
  return laterWords.value.projectsDialog.facts(words.value.formats.clock(seconds), clips, bytes);
}
