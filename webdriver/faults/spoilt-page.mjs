/**
 * The parts of the spoilt files' campaign that run in a page. Each function is sent there by itself, so it refers to
 * nothing outside it but `window.spoilt`, which `install` defines.
 */

/**
 * Runs in every document before its own scripts: whatever a payload runs, a dialog that opens, and whatever a policy
 * refuses is noted in the outermost page.
 */
export const TRAP = `{
  const note = (what) => top.postMessage({ ran: what + " in " + location.href.slice(0, 60) }, "*");
  window.trap = () => note("a script");
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => note(name);
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
    note("refused by policy: " + violatedDirective + " " + blockedURI + " " + sample));
  if (top === window) {
    window.ran = [];
    addEventListener("message", ({ data }) => data?.ran && window.ran.push(data.ran));
  }
}`;

/** Defines `window.spoilt`: the package, a library with a project that must stay as it is, and the way of each file. */
export async function install(known, done) {
  const [{ openLibrary }, projects, archives, timelines, { followAlongPage }] = await Promise.all(
    ["index", "project", "archive", "otio", "follow-along"].map((name) => import(`/secuencia/${name}.js`)),
  );
  const { baseName, clipsOf, composed, exportOptionsOf, matchFiles, matchPictures } = projects;
  const { parseProjectFile, timelineOptionsOf, withPictures } = projects;
  const LONGEST_EXPORT_SECONDS = 20;
  const library = await openLibrary({ database: "spoilt" });
  const sha = async (blob) => {
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const contents = new Set(await Promise.all(known.map((base64) => sha(new Blob([bytesOf(base64)])))));

  /** The texts and times of clips, as comparable lines: no matter the order, or characters that nobody sees. */
  const seen = (text = "") => text.toWellFormed().replace(/[\s\p{Cc}\ufffd]/gu, "");
  const said = (clips) =>
    clips
      .map(({ text, voice, scene, offset, duration, lane }) => [
        ...[text, voice, scene].map(seen),
        ...[offset, duration, lane].map((number) => number?.toFixed(6)),
      ])
      .map((fields) => fields.join("|"))
      .sort();
  const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  await library.addAsset(new Blob([bytesOf(known[0])]), { id: "kept", name: "kept" });
  const kept = JSON.stringify(
    await library.buildTimeline("Kept", [{ assetId: "kept", text: "Kept." }], { id: "kept" }),
  );
  const exported = async () => sha((await library.exportAudio("kept", { workers: 1 })).file);
  const reference = await exported();

  /** What is wrong with the project that was open before. */
  async function isKept() {
    const timeline = JSON.stringify(await library.timeline("kept"));
    if (timeline !== kept) return [`the project that was open is another: ${timeline}`];
    return (await library.content("kept")) ? [] : ["the audio of the project that was open is gone"];
  }

  /** Opens a project file with the files chosen with it, as the studio does. */
  async function fromProjectFile(main, beside, problems) {
    const file = parseProjectFile(await main.text());
    const found = matchFiles(file, beside);
    const pictures = matchPictures(file, beside);
    const facts = new Map(file.files?.map((one) => [composed(one.file), one]));
    const ids = new Map();
    for (const [index, { file: path }] of file.clips.entries()) {
      if (ids.has(path)) continue;
      const { text, voice, trim } = facts.get(composed(path)) ?? {};
      const details = { name: baseName(path), ...(text && { text }), ...(voice && { voice }), ...(trim && { trim }) };
      ids.set(path, (await library.addAsset(found[index], details)).id);
    }
    const shown = new Map();
    for (const [path, picture] of pictures) {
      await library.addImage(picture).then(
        ({ id }) => shown.set(path, id),
        (error) => problems.push(error),
      );
    }
    const project = withPictures(file, (path) => shown.get(path));
    const clips = clipsOf(file, (path) => ids.get(path));
    const timeline = await library.buildTimeline(file.name, clips, timelineOptionsOf(project));
    return { timeline, options: exportOptionsOf(file), wrote: file };
  }

  async function fromArchive(main, _beside, problems, { json, isItself }, wrong) {
    const archive = await archives.openProject(main);
    if (isItself) {
      if (archive.json !== json) wrong.push("the archive’s project file is another");
      for (const path of archive.paths) {
        const content = await archive.file(path);
        if (content.size !== json.length && !contents.has(await sha(content)) && !path.endsWith(".json")) {
          wrong.push(`${path} has other bytes`);
        }
      }
    }
    let refusal;
    try {
      parseProjectFile(archive.json);
    } catch (error) {
      refusal = error;
    }
    // If the studio refuses a file, the package must refuse it in words too, or read it right.
    try {
      const project = await archive.addTo(library);
      const timeline = await library.buildTimeline(project.name, project.clips, project);
      if (!refusal) return { timeline, options: exportOptionsOf(project), wrote: JSON.parse(archive.json) };
    } catch (error) {
      problems.push(error);
    }
    throw refusal ?? problems.pop();
  }

  async function fromTimeline(main, beside, _problems, _facts, wrong) {
    const { timeline, media } = timelines.otioToTimeline(await main.text());
    const ids = new Map();
    for (const { assetId, name, text, voice } of media) {
      const file = beside.find((one) => composed(one.name) === composed(name)) ?? beside[0];
      const details = { name, ...(text && { text }), ...(voice && { voice }) };
      ids.set(assetId, (await library.addAsset(file, details)).id);
    }
    const bare = {
      ...timeline,
      ...(timeline.tags && { tags: { ...timeline.tags, covers: [] } }),
      ...(timeline.chapters && { chapters: timeline.chapters.map(({ image: _none, ...chapter }) => chapter) }),
    };
    const clips = timeline.clips.map((clip) => ({ ...clip, assetId: ids.get(clip.assetId) }));
    await library.saveTimeline({ ...bare, clips });
    const saved = await library.timeline(timeline.id);
    const again = timelines.otioToTimeline(timelines.timelineToOtio(saved, await library.assets()));
    if (!isSame(said(again.timeline.clips), said(saved.clips))) wrong.push("the .otio that is written has other clips");
    return { timeline: saved, options: {}, wrote: timeline };
  }

  /** Saves an opened project, exports it if it is short, and opens the follow-along page of what was exported. */
  async function use({ timeline, options, wrote }, wrong) {
    const texts = (clips) => clips.map(({ text, voice, scene }) => [text, voice, scene].map(seen).join("|")).sort();
    if (!isSame(texts(timeline.clips), texts(wrote.clips))) wrong.push("the timeline says something else");
    if (!Number.isFinite(timeline.durationSeconds)) wrong.push(`it lasts ${timeline.durationSeconds} s`);
    const packed = await archives.openProject(await archives.packProject(timeline, library));
    const saved = parseProjectFile(packed.json);
    if (!isSame(said(saved.clips), said(timeline.clips))) wrong.push("the saved project has other clips");
    if (seen(saved.name) !== seen(timeline.name)) wrong.push("the saved project has another name");
    if (timeline.durationSeconds > LONGEST_EXPORT_SECONDS) return "opened";
    const sidecars = ["webvtt", "json", "srt", "chapters", "show-notes", "labels"];
    const result = await library.exportAudio(timeline.id, { ...options, workers: 1, sidecars });
    const lasts = timeline.durationSeconds;
    if (Math.abs(result.durationSeconds - lasts) > 0.001)
      wrong.push(`it lasts ${result.durationSeconds} s, not ${lasts} s`);
    const text = (kind) => result.sidecars.find((one) => one.kind === kind)?.text ?? "";
    const { title = timeline.name, language, covers: [cover] = [] } = timeline.tags ?? {};
    const picture = cover && (await library.image(cover));
    const voices = [...new Set(timeline.clips.map(({ voice = "" }) => voice))].filter(Boolean);
    const page = await followAlongPage({
      ...{ audio: result.file, webvtt: text("webvtt"), chapters: result.chapters, title, voices },
      ...(language && { language }),
      ...(picture && { cover: picture }),
    });
    const lines = JSON.parse(text("json")).segments;
    const spoken = lines.filter((line) => seen(line.text)).map((line) => seen(line.text));
    wrong.push(...(await lookAt(page, { title, spoken, chapters: result.chapters ?? [] })));
    return "exported";
  }

  /** Opens a follow-along page, touches all that is in it, and returns what is wrong with it. */
  async function lookAt(page, { title, spoken, chapters }) {
    const frame = document.createElement("iframe");
    frame.src = URL.createObjectURL(page);
    frame.style = "width: 800px; height: 600px";
    document.body.append(frame);
    try {
      await new Promise((resolve) => (frame.onload = resolve));
      const { document: inside } = frame.contentWindow;
      const rootOf = () => inside.querySelector("main > div")?.shadowRoot;
      while (!rootOf()?.querySelector(".view") || rootOf().querySelector("[aria-busy=true]")) {
        await new Promise((next) => setTimeout(next, 2));
      }
      const root = rootOf();
      const wrong = [];
      const ours = "html head meta title style body header img h1 main noscript script div".split(" ");
      const strange = [...inside.querySelectorAll("*")].find(({ localName }) => !ours.includes(localName));
      if (strange) wrong.push(`its page has ${strange.outerHTML.slice(0, 200)}`);
      const inPlayer = "section audio track div button p bdi span ol ul li h2 b i u ruby rt nav".split(" ");
      const other = [...root.querySelectorAll("*")].find(({ localName }) => !inPlayer.includes(localName));
      if (other) wrong.push(`its player has ${other.outerHTML.slice(0, 200)}`);
      for (const element of [...inside.querySelectorAll("*"), ...root.querySelectorAll("*")]) {
        const handler = element
          .getAttributeNames()
          .find((name) => /^on|^(?:href|srcdoc|action|formaction)$/.test(name));
        if (handler) wrong.push(`it has the attribute ${handler}`);
        for (const type of ["focus", "mouseover", "pointerenter"]) element.dispatchEvent(new Event(type));
      }
      for (const button of root.querySelectorAll("button")) button.click();
      if (seen(inside.querySelector("h1").textContent) !== seen(title)) wrong.push("its title is another");
      const shown = [...root.querySelectorAll(".item p")].map((words) => {
        const copy = words.cloneNode(true);
        copy.querySelector("bdi.voice")?.remove();
        return seen(copy.textContent);
      });
      // Of lines that begin together, a browser lists the longest first.
      const [lines, expected] = [shown.filter(Boolean).sort(), [...spoken].sort()];
      const at = expected.findIndex((line, index) => line !== lines[index]);
      if (lines.length !== expected.length || at >= 0) {
        wrong.push(
          `its ${lines.length} lines are not the ${expected.length} that are spoken: ${lines[at]} for ${expected[at]}`,
        );
      }
      const titles = chapters.map((chapter) => seen(chapter.title));
      if (!titles.every((one) => seen(root.textContent).includes(one))) wrong.push("it lacks a chapter");
      await new Promise((next) => setTimeout(next));
      return wrong;
    } finally {
      frame.remove();
      URL.revokeObjectURL(frame.src);
    }
  }

  const WAYS = { json: fromProjectFile, secuencia: fromArchive, zip: fromArchive, otio: fromTimeline };

  /** Tries one file. Returns how it ended, its sentences, and all that was wrong. */
  async function tryFile(spoilt) {
    const [main, ...beside] = spoilt.files.map(({ name, base64 }) => new File([bytesOf(base64)], name));
    const wrong = [];
    const problems = [];
    let end;
    try {
      const way = WAYS[main.name.slice(main.name.lastIndexOf(".") + 1)];
      const opened = await way(main, beside, problems, spoilt, wrong);
      try {
        end = await use(opened, wrong);
      } catch (error) {
        problems.push(error);
        end = "opened";
      }
    } catch (error) {
      problems.push(error);
      end = "refused";
    }
    for (const error of problems) {
      const name = error?.name ?? typeof error;
      // A value of the wrong kind, which the studio has refused before, is a TypeError that says so.
      if (/^(?:Secuencia|ProjectFile|Archive|Otio)Error$/.test(name)) continue;
      if (name === "TypeError" && /^the timeline: |\bmust (?:be|have)\b/.test(error.message) && end === "refused")
        continue;
      wrong.push(`it throws ${name}: ${error?.message} ${error?.stack?.split("\n")[1]}`);
    }
    for (const { id } of await library.timelines()) if (id !== "kept") await library.removeTimeline(id);
    for (const { id } of await library.assets()) if (id !== "kept") await library.removeAsset(id);
    for (const { id } of await library.images()) await library.removeImage(id);
    wrong.push(...(await isKept()));
    return { end, says: problems.map((error) => `${error?.message}`), wrong };
  }

  window.spoilt = {
    tryFile,
    isWhole: async () => (await exported()) === reference,
  };
  done();
}

/** Returns whether the trap is armed: a picture that nobody can load says so by its own script. */
export function isArmed(done) {
  const picture = document.createElement("img");
  document.body.append(picture);
  try {
    picture.setAttribute("onerror", "trap()");
    picture.src = "data:image/png,none";
  } catch {
    // The page allows no such thing, and its policy has noted it.
  }
  setTimeout(() => {
    picture.remove();
    done(window.ran.splice(0).length > 0);
  }, 200);
}

/** Tries files, one after the other; each may take so long. Stops at the first that takes longer. */
export async function tryAll(files, mostMs, done) {
  const found = [];
  for (const file of files) {
    const started = performance.now();
    const ran = window.ran.length;
    const late = new Promise((resolve) => setTimeout(resolve, mostMs, { end: "hangs", says: [], wrong: [] }));
    const row = await Promise.race([window.spoilt.tryFile(file), late]);
    const whole = (texts) => texts.map((text) => text.toWellFormed());
    const facts = { end: row.end, says: whole(row.says), wrong: whole(row.wrong), ran: whole(window.ran.slice(ran)) };
    found.push({ ...facts, milliseconds: Math.round(performance.now() - started) });
    if (row.end === "hangs") break;
  }
  done(found);
}

/**
 * Opens files in the studio, one after the other, beside what is chosen with them. Before each, the open project gets
 * another name, which it keeps if the file is refused.
 */
export async function openAll(files, mostMs, done) {
  const one = (css) => document.querySelector(css);
  const rows = () => [...document.querySelectorAll("#clips > li")].map((row) => row.textContent);
  const sentences = () =>
    [...document.querySelectorAll("#problems li")].map((item) => item.textContent.trim().toWellFormed());
  const next = () => new Promise((resolve) => setTimeout(resolve, 4));
  const found = [];
  for (const [index, { files: given }] of files.entries()) {
    one("#problems button")?.click();
    const name = `Open before ${index}`;
    const field = one("#project-name");
    field.value = name;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await next();
    const before = JSON.stringify(rows());
    const ran = window.ran.length;
    const chosen = new DataTransfer();
    for (const { name: fileName, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      chosen.items.add(new File([bytes], fileName));
    }
    const started = performance.now();
    one("#open-project").files = chosen.files;
    one("#open-project").dispatchEvent(new Event("change", { bubbles: true }));
    const passed = () => performance.now() - started;
    const isBusy = () => one("#clips").ariaBusy === "true" || (one("#arriving")?.textContent ?? "").trim() !== "";
    const isRefused = () => sentences().some((sentence) => sentence.includes("could not be opened"));
    const isOpen = () => one("#project-name").value !== name && !isBusy();
    while (!isOpen() && !isRefused() && passed() < mostMs) await next();
    const end = isOpen() ? "opened" : isRefused() ? "refused" : "hangs";
    const wrong = [];
    const isAsBefore = one("#project-name").value === name && JSON.stringify(rows()) === before;
    if (end === "refused" && !isAsBefore) wrong.push("the open project is another after the refusal");
    await next();
    found.push({ end, says: sentences(), wrong, ran: window.ran.slice(ran), milliseconds: Math.round(passed()) });
    if (end === "hangs") break;
  }
  done(found);
}
