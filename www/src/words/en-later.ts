/** What the dialogs and panels say, in English, that are loaded when they are opened. */
import { formatsOf } from "./formats.ts";

const { number, size } = formatsOf("en");

/** `1 clip`, `14 clips`. */
const count = (many: number, noun: string) => `${number(many)} ${noun}${many === 1 ? "" : "s"}`;

export const enLater = {
  fileSettings: {
    title: "Sound and file",
    tabs: "Settings of the file",
    tab: { sound: "Sound and file", about: "About this file" },
  },

  sound: {
    channels: "Channels",
    layouts: { stereo: "Stereo", mono: "Mono", auto: "Mono if nothing is lost" },
    rate: "Sample rate",
    bitRate: "Bit rate",
    ceiling: "Peak limit",
    noCeiling: "No limit",
    usualCeiling: "−1 dBTP (−3 for ACX)",
    loudness: "Loudness",
    loudnessUnchanged: "Unchanged",
    loudnesses: {
      podcast: "Podcast",
      "podcast-mono": "Podcast in mono",
      broadcast: "Broadcast",
      audiobook: "Audiobook (ACX)",
    },
    edgeFades: "Edge fades against clicks",
    noEdgeFades: "None",
    trimSilence: "Trim silence from the ends of audio added from now on",
    silenceForUnusable: "If a clip cannot be used, export silence in its place",
    textFiles: "Text files to export with the audio",
    sidecars: {
      webvtt: "Captions (.vtt)",
      json: "Timing (.json)",
      srt: "Subtitles (.srt)",
      chapters: "Chapters (.json)",
      "show-notes": "Chapter list (.txt)",
      labels: "Audacity labels (.txt)",
    },
  },

  about: {
    title: "Title",
    artist: "Artist or author",
    album: "Album, book or series",
    narrator: "Narrator",
    genre: "Genre",
    year: "Year or date",
    kind: "Kind",
    noKind: "Not set",
    kinds: { music: "Music", audiobook: "Audiobook", podcast: "Podcast" },
    description: "Description",
    more: "More tags",
    albumArtist: "Album artist",
    composer: "Composer",
    trackNumber: "Track number",
    trackTotal: "Total tracks",
    discNumber: "Disc number",
    discTotal: "Total discs",
    language: "Language",
    languageHint: "A language tag, such as en or pt-BR",
    grouping: "Grouping",
    copyright: "Copyright",
    comment: "Comment",
    longDescription: "Long description",
    isAudiobook: "Audiobook (.m4b)",
    unnamedPicture: "The picture",
    pictureFailed: (name: string) => `${name} could not be added`,
    picturesAdded: (pictures: number) => `${pictures === 1 ? "A picture was" : "Pictures were"} added.`,
  },

  covers: {
    title: "Pictures",
    alt: (index: number) => (index === 0 ? "The cover" : `Picture ${index + 1}`),
    moveForward: (index: number) => `Move ${index === 0 ? "the cover" : `picture ${index + 1}`} towards the front`,
    remove: (index: number) => `Remove ${index === 0 ? "the cover" : `picture ${index + 1}`}`,
    add: "Add pictures…",
    dropHere: "or drop or paste them here",
  },

  chapters: {
    title: "Chapters",
    from: "Chapters from",
    sources: {
      markers: "my own list",
      clips: "each clip",
      scenes: "each scene",
      period: "every few minutes",
      none: "none",
    },
    minutes: "Minutes",
    editAsList: "Edit as a list",
    noneInFile: "The file will have no chapters.",
    noneMade: "These clips make no chapters.",
    made: (chapters: number, first: string, isCut: boolean) =>
      `${count(chapters, "chapter")} from these clips: ${first}${isCut ? ", …" : ""}`,
    start: (chapter: number) => `Start of chapter ${chapter}`,
    noTime: "Enter a time, such as 1:02:03.5.",
    titleOf: (chapter: number) => `Title of chapter ${chapter}`,
    unnamed: (chapter: number) => `Chapter ${chapter}`,
    remove: (chapter: number) => `Remove chapter ${chapter}`,
    add: "Add a chapter",
    picture: (chapter: number) => `Picture for chapter ${chapter}`,
    removePicture: (chapter: number) => `Remove the picture for chapter ${chapter}`,
  },

  script: {
    title: "Script",
    ofProject: "The project’s script",
    cancel: "Cancel",
    save: "Save",
    create: "Create project",
    apply: "Apply to the clips",
    addAudio: "Add audio…",
    linesOfProject: (lines: number) =>
      `${count(lines, "line")}. For lines without audio, add files or choose from the clips.`,
    another: "Another script…",
    choose: "Choose a script and its audio…",
    format: "Format",
    formats: { plain: "Plain text (NAME: words)", fountain: "Fountain screenplay" },
    keepDirections: "Keep (directions) in the text",
    reading: "Reading…",
    found: (scenes: number, lines: number) =>
      `${scenes > 0 ? `${count(scenes, "scene")}, ` : ""}${count(lines, "line")}`,
    noText: "No text yet",
    moreFaults: (faults: number) => `And ${number(faults)} more.`,
    write: "Paste or write the script",
    example: "SCENE 1: The lighthouse\n\nODETTE: Who knocks?\nBRAM: (wet) The post, ma’am.",
    pasted: "Pasted text",
    length: (characters: number) => (characters < 1000 ? count(characters, "character") : size(characters)),
    place: "What to do with the script",
    placeNew: "Create a new project",
    placeHere: (clips: number) => `Apply it to the ${count(clips, "clip")} in this project`,
    voices: "Voices",
    unnamedVoice: "Unnamed",
    moreVoices: (voices: number) => `and ${number(voices)} more`,
    lines: "Lines",
    match: "Match",
    byName: "By name",
    byOrder: "By order",
    clear: "Clear",
    onlyOpen: "Only lines without audio",
    noLinesYet: "The lines will appear here, each with a choice of audio.",
    block: (from: number, to: number) => `Lines ${from} to ${to}`,
    audioFor: (line: number, voice: string) => `Audio for line ${line}${voice && `, ${voice}`}`,
    noAudio: "No audio",
    ofLine: (name: string, line: number) => `${name} (line ${line})`,
    reasons: {
      order: "by order",
      number: "by number",
      words: "by words",
      voice: "by voice",
      hand: "by hand",
      before: "as before",
    },
    firstFree: (reason: string, among: number) => `${reason}, the first free of ${among}`,
    allHaveAudio: "Every line has audio.",
    openLines: (lines: number) => `${count(lines, "line")} ${lines === 1 ? "has" : "have"} no audio.`,
    unused: (files: number, names: string[]) =>
      `${count(files, "audio file")} ${files === 1 ? "is" : "are"} not used: ${names.join(", ")}${files > names.length ? ` and ${number(files - names.length)} more` : ""}.`,
    oneAtATime: "Choose one script at a time.",
    cut: (most: number) => `The text is too long for a script, so only its first ${number(most)} characters are kept.`,
    lostAudio: (line: number) => `Line ${line} now has no audio.`,
    tooLarge: (name: string, bytes: number, most: number) =>
      `${name} is too large for a script: ${size(bytes)}. The limit is ${size(most)}.`,
    notRead: (name: string) => `${name} could not be read`,
    noLines:
      "No lines were found. Write each line as a name, a colon and what is said, such as “ODETTE: Who knocks?”, or use a Fountain screenplay: the name in capitals, and below it what is said.",
    notUtf8: "The file is not in UTF-8, so it was read as Windows-1252 (Western European).",
    openComment: (row: number) => `The comment that starts with /* in row ${row} has no end, so it was read as text.`,
    rowTooLong: (row: number, characters: number) =>
      `Row ${row} was left out: it has ${number(characters)} characters without a line break.`,
    linesCut: (most: number) => `Only the first ${number(most)} lines were read.`,
    differentVoices: (names: string[]) =>
      `${names.map((name) => `“${name}”`).join(" and ")} are treated as different voices.`,
    leftOut: (row: number, text: string) =>
      `The paragraph in row ${row} was left out, because it does not start with a name and a colon: “${text}”`,
    severalLeftOut: (paragraphs: number, row: number, text: string) =>
      `${number(paragraphs)} paragraphs were left out, because they do not start with a name and a colon. The first, in row ${row}: “${text}”`,
  },

  resultPanel: {
    closeScript: "Close the script",
    scriptNotMade: "The script could not be made. The export’s warnings say why.",
    noScript:
      "None of these clips has any text yet. Edit a clip to write what is said in it, or import a script. The next export will show it here.",
    scriptLines: "Script",
    scriptChapters: "Chapters",
    spoken: "Show the line being spoken",
    title: "Downloads",
    preparing: "preparing…",
    isSaved: "saved",
    isReady: (name: string) => `${name} is ready.`,
    pressAgain: "The file is ready now. Press its name again to save it.",
    notMade: "The file could not be made",
    audio: (extension: string) => `Audio (${extension})`,
    page: "Follow-along page (.html)",
    everything: "Everything (.zip)",
  },

  healthReport: {
    title: "Health report",
    explanation:
      "If something does not work, send this to the person who helps you. It has no names and no words of your files, clips or people.",
    report: "Report",
    copy: "Copy",
    copied: "Copied.",
    notCopied: "The browser does not let the page copy. The text is selected: copy it with the keyboard.",
  },
};

/** The part of a catalogue that is loaded later. */
export type LaterWords = typeof enLater;
