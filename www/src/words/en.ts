/**
 * All that the studio says, in English, by the part of the page. An entry is a text, a function of the facts in it, or
 * the names of some choices. The words of dialogs that are loaded when they are opened are in en-later.ts. The other
 * catalogues have the same entries.
 */
import type { AudioFault } from "secuencia";
import { formatsOf } from "./formats.ts";

const formats = formatsOf("en");
const { number, fixed, list, time, coarseTime, size, decibels } = formats;

/** `1 clip`, `14 clips`. */
const count = (many: number, noun: string) => `${number(many)} ${noun}${many === 1 ? "" : "s"}`;

/** What added files say that a project can use. */
interface FoundFacts {
  chapters: number;
  hasCover: boolean;
  hasTitle: boolean;
  /** How many tags beside the title. */
  tags: number;
}

export const en = {
  formats,

  page: {
    skipToClips: "Skip to the clips",
    skipToExport: "Skip to the export",
    dropHere: "Drop files to add them to the project",
    language: "Language",
    notLoaded: "The page could not change to this language",
  },

  header: {
    projectName: "Project name",
    open: "Open project…",
    script: "Script…",
    addAudio: "Add audio…",
  },

  saving: {
    save: "Save…",
    percent: (part: number) => `${Math.floor(part * 100)}%`,
    savingAt: (part: number) => `Saving: ${Math.floor(part * 100)}%`,
    cancel: "Cancel saving",
    cancelDetail: "An existing file stays unchanged.",
    project: "Save project…",
    projectDetail: "One file with all audio and pictures. “Open project…” reads it in any browser.",
    timeline: "Export timeline…",
    timelineDetail: "OpenTimelineIO (.otio) for other editors. It refers to the audio files without containing them.",
    /** The kinds of files in the browser's dialog. */
    kinds: {
      m4a: "M4A audio",
      m4b: "M4A audio",
      secuencia: "Secuencia project",
      zip: "ZIP archive",
      otio: "OpenTimelineIO timeline",
    },
    begun: "Saving.",
    cancelled: "Saving was cancelled.",
    saved: { secuencia: "The project was saved.", otio: "The timeline was saved." },
    failed: { secuencia: "The project could not be saved", otio: "The timeline could not be saved" },
    folderGone: "its folder was moved or deleted. Choose another place",
    withoutAudio: (titles: string[], more: number) =>
      `The audio of ${titles.join(", ")}${more > 0 ? ` and ${number(more)} more` : ""} is missing, so the saved project does not include it.`,
  },

  timeline: {
    title: "Timeline",
    lanes: "Lanes",
    laneLabel: (lane: string, clips: number, end: number) =>
      `${lane}: ${count(clips, "clip")}, ends after ${time(end)}`,
    position: "Position",
    positionOf: (at: number, length: number) => `${time(at)} of ${time(length)}`,
  },

  lanes: {
    main: "Main lane",
    other: (lane: number) => `Lane ${number(lane)}`,
    rename: (name: string) => `Rename the lane ${name}`,
    renameTitle: (name: string) => `Rename “${name}”`,
    nameOf: (name: string) => `Name of the lane ${name}`,
  },

  playing: {
    play: "Play",
    pause: "Pause",
    playKey: "Play (Space)",
    pauseKey: "Pause (Space)",
    position: "Position: ",
    blocked: "The browser did not let this page play any sound. Press Play again.",
    failed: "The project cannot be played",
    clipFailed: (title: string) => `${title} cannot be played`,
    silent: (title: string, reason: string) => `${title} is silent. ${reason}`,
    notLoaded: "A part of the page could not be loaded, so nothing can be played. Reload the page.",
  },

  history: {
    undo: "Undo",
    redo: "Redo",
    step: (word: string, step: string) => `${word}: ${step}`,
    all: "All steps",
    list: "Steps, the last one first",
    beginning: "The beginning",
    undone: ", undone",
    didUndo: (step: string) => `Undid: ${step}.`,
    didRedo: (step: string) => `Did again: ${step}.`,
    didJump: (step: string) => `The project is as it was after: ${step}.`,
  },

  steps: {
    rename: (name: string) => `Rename to “${name}”`,
    sound: "Change the sound and file",
    about: (parts: string[]) => `Edit ${list(parts)}`,
    aboutParts: {
      tags: "the tags",
      covers: "the pictures",
      chapters: "the chapters",
      extension: "the kind of file",
    },
    addClip: (title: string) => `Add ${title}`,
    addFiles: (files: number) => `Add ${count(files, "file")}`,
    edit: (title: string) => `Edit ${title}`,
    toLane: (title: string, lane: string) => `Move ${title} to ${lane}`,
    renameLane: (before: string, name: string) => `Rename ${before} to ${name}`,
    move: (title: string) => `Move ${title}`,
    volume: (title: string) => `Change the volume of ${title}`,
    remove: (title: string) => `Remove ${title}`,
    removed: (title: string) => `Removed ${title}.`,
    replaceAudio: (title: string) => `Replace the audio of ${title}`,
    replacedAudio: (title: string) => `Replaced the audio of ${title}.`,
    applyScript: "Apply the script",
    appliedScript: (clips: number) => `Applied the script to ${count(clips, "clip")}.`,
  },

  clips: {
    title: "Clips",
    none: "Nothing here yet. Drop audio anywhere on this page, or begin here:",
    chooseAudio: "Choose audio…",
    starts: "Starts",
    lasts: "Lasts",
    lane: "Lane",
    count: (clips: number) => count(clips, "clip"),
    one: "a clip",
    unknown: "A clip",
    find: "Find",
    findLabel: "Find a clip",
    notFound: "None",
    foundOf: (place: number, total: number) => `${place} of ${total}`,
    select: "Select",
    selected: (clips: number) => (clips === 0 ? "Nothing selected" : `${count(clips, "clip")} selected`),
    selectAll: "Select all",
    selectNone: "Select none",
    selection: "Selected clips",
    moveToLane: "Move to lane",
    chooseLane: "Lane…",
    quieter: "Quieter",
    louder: "Louder",
    remove: "Remove",
    moveToPlace: "Move to place",
    move: "Move",
    movedToLane: (lane: string) => `Moved to ${lane}.`,
    movedToPlace: (place: number, of: number) => `Moved to position ${place} of ${of}.`,
    madeLouder: (title: string, byDb: number) =>
      `${title}: ${byDb > 0 ? "louder" : "quieter"} by ${Math.abs(byDb)} decibels.`,
  },

  clip: {
    notOpened: "The clip could not be opened",
    select: (title: string) => `Select: ${title}`,
    playFrom: (title: string) => `Play from here: ${title}`,
    volume: (db: number) => `${db > 0 ? "+" : ""}${decibels(db)} dB`,
    muted: "Muted",
    missing: "Audio missing",
    choose: "Choose it…",
    startsAt: "Starts at",
    length: "Length",
    lane: (title: string) => `Lane of ${title}`,
    moveUp: (title: string) => `Move up: ${title}`,
    moveDown: (title: string) => `Move down: ${title}`,
    edit: (title: string) => `Edit: ${title}`,
    remove: (title: string) => `Remove: ${title}`,
  },

  part: {
    mark: "Mark a part",
    markDetail: "Mark a part, to play it again and again or to export it alone. Or drag over the ruler with Shift",
    unmark: "Unmark the part",
    span: (start: string, end: string) => `${start} to ${end}`,
    begins: "Where the marked part begins",
    ends: "Where the marked part ends",
    toExport: (start: string, end: string) => `Export ${start} to ${end}…`,
    toExportDetail: "The part that is marked on the timeline, as a file of its own.",
    fileName: (project: string, start: string, end: string) => `${project}, ${start} to ${end}`,
  },

  meter: {
    label: "How loud it is now",
    loudness: (lufs: number) => `${decibels(lufs)} LUFS`,
    value: (lufs: number, peak: number) => `${decibels(lufs)} LUFS, peak ${decibels(peak)} dB`,
  },

  chapterFiles: {
    toExport: "Export each chapter…",
    toExportDetail: "A file for each chapter, with its number and its title.",
    saved: (files: number) => `Saved ${count(files, "file")}`,
    list: "Files",
    none: "The file has no chapters yet. Open “Sound and file…”, and under “About this file” choose where they begin.",
  },

  dialog: {
    askToSave: "Save your changes?",
    keepEditing: "Keep editing",
    discard: "Discard",
    cancel: "Cancel",
    save: "Save",
    close: "Close",
    dismiss: "Dismiss",
  },

  adding: {
    title: "Adding audio",
    opening: (name: string) => `Opening ${name}`,
    one: (name: string, percent: number) => `Adding ${name}, ${percent} %`,
    several: (name: string, place: number, total: number) => `Adding ${name}, ${place} of ${total}`,
    stop: "Stop",
    stopped: "Stopped. Audio that had been read stays.",
    added: "All audio has been added.",
    addedInPart: (name: string) => `${name} was added, but part of it could not be read`,
    failed: (name: string) => `${name} could not be added`,
    noRoom: (files: number) => `${count(files, "file")} could not be added`,
    leftMeanwhile: "another project was opened meanwhile",
    notReplaced: (name: string) => `${name} could not be added, so the clip is as it was`,
    goingOn: (files: number) => `Going on with ${count(files, "file")} that were still being added.`,
    notAdded: (name: string, others: number) =>
      `“${name}”${others > 0 ? ` and ${count(others, "other file")}` : ""} ${others > 0 ? "were" : "was"} still being added when the page was closed. Add what is missing again.`,
  },

  opening: {
    failed: (name: string) => `${name} could not be opened.`,
    tooLarge: (bytes: number, most: number) => `It is too large: ${size(bytes)}. The limit is ${size(most)}.`,
    oneAtATime: "Choose one project file at a time.",
    folderFailed: "The folder could not be read",
    folderEmpty: "The folder has no audio that can be read here.",
    notOpened: (name: string) => `“${name}” was not opened before the page was closed. Open it again.`,
    audioNotInside: "its audio is not in the file",
    pictureNotInside: "the picture is not in the file",
    noClips: "It has no clips that play audio files.",
    picturesGone: (file: string, pictures: number) =>
      `${file} refers to ${count(pictures, "picture")} that this browser does not have. Timeline files do not contain pictures.`,
    sameName: (one: string, other: string) => `“${one}” and “${other}” have the same file name. Rename one of them.`,
    audioMissing: (name: string) => `The audio file “${name}” is missing. Choose it together with the timeline.`,
  },

  scriptNote: {
    note: (open: number, lines: number) =>
      `${number(open)} of the script’s ${count(lines, "line")} ${open === 1 ? "has" : "have"} no audio yet. `,
    notOpened: "Scripts could not be opened",
    addAudio: "Add audio…",
  },

  settings: {
    layouts: { stereo: "stereo", mono: "mono", auto: "mono or stereo" },
    kilohertz: (hertz: number) => `${number(hertz / 1000)} kHz`,
    kilobits: (bits: number) => `${number(bits / 1000)} kb/s`,
    inMono: (goal: string) => ` (${goal} in mono)`,
    atGoal: (goal: string) => `at ${goal}`,
    noLimiter: "no limiter",
    peaksUpTo: (level: number) => `peaks up to ${number(level)} dBTP`,
    asAudiobook: "as an audiobook",
    silenceInPlace: "silence in place of unusable clips",
    withTexts: (files: number) => `with ${count(files, "text file")}`,
  },

  file: {
    button: "Sound and file…",
    notOpened: "The settings could not be opened",
  },

  exporting: {
    title: "Export",
    button: "Export",
    cancel: "Cancel",
    otherWays: "Other ways to export",
    toFolder: "Export to a folder…",
    toFolderDetail: "The audio, with the text files that the project asks for beside it.",
    dismissFailure: "Dismiss the failure",
    dismissResult: "Dismiss the result",
    outlook: (clips: number, length: string) => `${count(clips, "clip")}, ${length}`,
    file: (extension: string, settings: string) => `One ${extension.toUpperCase()} file: ${settings}`,
    interrupted: (name: string, percent: number) => `The export of ${name} was interrupted at ${percent}\u00a0%.`,
    continue: "Continue",
    forget: "Forget it",
    percent: (percent: number) => `${percent}\u00a0%`,
    progress: (percent: number, phase: string, left: string) => `${percent} percent. ${phase}. ${left}`,
    left: (seconds: number) => (seconds < 1.5 ? "about a second left" : `about ${coarseTime(seconds)} left`),
    phases: {
      starting: "Starting",
      awaiting: "Waiting for audio that is still being added",
      reading: "Reading the audio",
      validating: "Checking the clips",
      converting: "Building the timeline",
      finalizing: "Building the timeline",
      loading: "Loading the timeline",
      filtering: "Reading the clips",
      composing: "Reading the clips",
      measuring: "Measuring loudness",
      encoding: "Encoding M4A audio",
      done: "Done",
    },
    stuckPhase: "Waiting for the destination, which takes no more",
    stuck: "The destination takes nothing at the moment. The finished audio can be downloaded.",
    downloadInstead: "Download it instead",
    begun: "Exporting.",
    finished: "The export is finished.",
    cancelled: "The export was cancelled. Nothing was saved.",
  },

  failure: {
    replace: "Replace its audio…",
    withSilence: "Export with silence instead",
    showClip: "Show the clip",
    export: "The export failed. Nothing was saved.",
    nothing: "There is nothing to export yet. Add some audio first.",
    unusable: (clips: number) => `${count(clips, "clip")} cannot be used. Nothing was saved.`,
    missing: (title: string) => `The audio of ${title} is missing. Add its file again, or remove the clip.`,
    invalid: (title: string) => `The audio of ${title} cannot be used.`,
    noRoom: "There is not enough space to save the file. Free some space, then export again.",
    itsAudioMissing: "Its audio is missing.",
  },

  /** Reasons, which complete a sentence after a colon. */
  reasons: {
    codeMissing: "a part of the page could not be loaded. It may have been updated. Reload the page",
    fileGone: "it can no longer be read. It was moved, changed or deleted since you chose it",
    full: "this browser’s storage is full. Free some space",
    noRoom: (needed: number, available: number) =>
      `this needs ${number(Math.ceil(needed / 1e6))} MB, and the browser’s storage has room for ${number(Math.ceil(available / 1e6))} MB. Free some space, then try again`,
    notFetched: (path: string, status: number) => `${path} could not be loaded (${status})`,
    brokenOff: "the browser broke off reading or writing. Try again",
    storageFails: "this browser’s storage does not work at the moment",
    newerVersion: "a newer version of this page saved it. Reload the page",
    notAllowed: "the browser does not allow it",
    noneGiven: "the browser gave no reason",
    /** A fault of a file, in words. The package's own sentence is English, so none is needed here. */
    audio: (_fault: AudioFault): string | undefined => undefined,
    heldByTab: "another tab holds it and does not close it. Close or reload that tab, then reload this one",
  },

  /** Faults of stored audio. */
  faults: {
    nameless: "Audio without a name",
    mended: (name: string) => `What the browser stored about ${name} was damaged. It was read again: check its clips.`,
    gone: (name: string) => `${name} is no longer in the browser’s storage. Add its file again.`,
    size: (name: string) =>
      `${name} is not as it was stored: it has another size. Listen to its clips, or add its file again.`,
    damaged: (name: string) => `What the browser stored about ${name} is damaged. Add its file again.`,
  },

  result: {
    saved: (name: string) => `Saved ${name}`,
    ready: (name: string) => `${name} is ready`,
    inFolder: (folder: string) => ` in “${folder}”`,
    changedSince: "The project has changed since.",
    isFrom: (name: string) => `It is from “${name}”.`,
    length: "Length",
    channels: "Channels",
    size: "Size",
    loudness: "Loudness",
    downloadAgain: "Download again",
    withTexts: (files: number) => `with ${count(files, "text file")}`,
    textsToSave: (files: number) => `${count(files, "text file")} to save`,
    share: "Share or save…",
    figures: "Figures",
    speed: (seconds: number, times: number) =>
      `Made in ${time(seconds)}, ${fixed(times, times < 10 ? 1 : 0)}× real time`,
    leftSilent: (clips: number) => `${count(clips, "clip")} left silent`,
    warnings: (warnings: number) => count(warnings, "warning"),
    player: (name: string) => `Play ${name}`,
    script: "Script",
    andDownloads: " and downloads",
    notShown: "The script could not be shown",
  },

  loudness: {
    none: "Silent, or too short to have a loudness",
    notReached: "The loudness that you asked for could not be reached",
    asAsked: "As loud as you asked",
    loudEnough: {
      podcast: "Loud enough for podcasts",
      "podcast-mono": "Loud enough for podcasts",
      broadcast: "Loud enough for broadcasts",
      audiobook: "Loud enough for audiobooks",
    },
    quieter: "Quieter than podcasts are",
    louder: "Louder than podcasts are",
    peaks: "As loud as podcasts, with peaks that may distort",
    peak: (db: number) => `peak ${decibels(db)} dBTP`,
    range: (lu: number) => `range ${decibels(lu)} LU`,
    gain: (db: number) => `${db > 0 ? "+" : ""}${decibels(db)} dB applied`,
    silence: "silence",
  },

  storage: {
    inMemory: "Everything stays in this tab, and is gone when you close it.",
    inBrowser: (used: number | undefined) =>
      `Everything stays in this browser, on this device${used === undefined ? "" : ` (${size(used)})`}. `,
    isKept: "The browser will keep it until you remove it.",
    mayBeDeleted: "The browser may delete it when the device runs out of space. ",
    askToKeep: "Ask it to keep everything",
  },

  health: {
    button: "Health report",
    notOpened: "The health report could not be opened",
  },

  facts: {
    have: (name: string, others: number, things: string) =>
      others === 0 ? `“${name}” has ${things}.` : `${count(others + 1, "file")} have ${things}.`,
    things: ({ chapters, hasCover, hasTitle, tags }: FoundFacts) =>
      list([
        ...(chapters > 0 ? [count(chapters, "chapter")] : []),
        ...(hasCover ? ["a cover"] : []),
        ...(hasTitle ? ["a title"] : []),
        ...(tags > 0 ? [hasTitle ? `${tags} more ${tags === 1 ? "tag" : "tags"}` : count(tags, "tag")] : []),
      ]),
    use: "Use them",
    notNow: "Not now",
    step: (things: string) => `Use ${things}`,
    used: (things: string) => `Used ${things}.`,
    coverFailed: (name: string) => `The cover of ${name} could not be added`,
  },

  notices: {
    reload: "Reload",
    notSaved: "Your last changes are not saved",
    noSampleAudio: "Some of the sample audio could not be loaded",
    tryAgain: "Try again",
    viewing: "This project is being edited in another tab.",
    editHere: "Edit here",
    busyElsewhere: "The other tab is still adding audio or saving. Edit here when it is done.",
    updateReady: "A new version is ready.",
    notStarted: "The studio could not start",
    noStorage: "This browser’s storage cannot be used",
    nothingKept: "Nothing is kept when you close this tab, so save the project before that.",
    noSample: "The sample could not be loaded",
    noSampleHelp: "Reload the page to try again, or add your own audio.",
    notMoved: "The project’s audio could not be moved to its new place, so it stays in the old one",
  },

  projects: {
    untitled: "Untitled",
    button: "Projects",
    notListed: "The projects could not be listed",
    title: (name: string) => `${name} – Secuencia`,
    titleWithProgress: (percent: number, name: string) => `${percent}\u00a0% – ${name}`,
    of: (name: string, sentence: string) => `“${name}”: ${sentence}`,
    isSample: "This is a sample, to try things out.",
    sample: "The sample",
    begin: "New project",
    open: "Open…",
    fromScript: "From a script…",
    begun: "This is a new project.",
    begunSample: "This is the sample.",
    begunFromScript: (name: string) => `Created “${name}” from the script.`,
    opened: (name: string) => `Opened “${name}”.`,
    deleted: (name: string) => `Deleted “${name}”.`,
    isKept: (name: string) => `“${name}” is kept under Projects.`,
    goBack: "Go back",
    notOpened: (name: string) => `“${name}” could not be opened`,
    notThere: "That project is not there any more.",
    notRead: "The project could not be read",
  },
};

/** A catalogue, without the words that are loaded later. */
export type Words = typeof en;
