/** The names that code in the documents uses without declaring them: the reader's own page and functions. */
type Library = import("secuencia").Library;

/** The package's own, which pages import once. */
declare const openLibrary: typeof import("secuencia").openLibrary;
declare const SecuenciaError: typeof import("secuencia").SecuenciaError;
/** A library, and things in it. */
declare const library: Library;
declare const timeline: import("secuencia").Timeline;
declare const result: Awaited<ReturnType<Library["exportAudio"]>>;
declare const [hello, reply, music]: import("secuencia").Asset[];
declare const [door, cover]: import("secuencia").Image[];
declare const clips: import("secuencia").ClipSpec[];
/** The reader's files, and the reader's page. */
declare const file: File;
declare const files: File[];
declare const blob: Blob;
declare const picture: Blob;
declare const recording: Blob;
declare const signal: AbortSignal;
declare const onProgress: (progress: import("secuencia").Progress) => void;
declare const exportButton: HTMLButtonElement;
declare const cancelButton: HTMLButtonElement;
declare const playButton: HTMLButtonElement;
declare const pauseButton: HTMLButtonElement;
declare const ruler: HTMLElement;
declare const slider: HTMLInputElement;
declare const link: HTMLAnchorElement;
declare const player: HTMLMediaElement;
declare const bar: { set(value: number): void };
declare const input: HTMLInputElement;
declare const pageUrl: URL;
declare const engineUrl: URL;
declare const handle: FileSystemFileHandle;
declare const webvtt: string;
declare const chapters: import("secuencia").Chapter[];
/** The reader's own functions. */
declare function download(file: Blob, name?: string): void;
declare function show(completed: number, message: string): void;
declare function list(...what: unknown[]): void;
declare function report(name: string, message: string): void;
declare function offer(name: string, content: Blob): void;
declare function highlight(clipIds: string[]): void;
declare function mark(clipId: string, message: string): void;
declare function askForFile(assetId: string): void;
declare function audioCalled(name: string, url?: string): Promise<File>;
declare function showSentence(message: string): void;
declare function movePlayhead(seconds: number): void;
/** Chromium's dialogs, which TypeScript's types lack. */
declare function showSaveFilePicker(options?: {
  suggestedName?: string;
  startIn?: string;
}): Promise<FileSystemFileHandle>;
declare function showDirectoryPicker(options?: { mode?: "read" | "readwrite" }): Promise<FileSystemDirectoryHandle>;

/** The field that a request with a stream needs, which TypeScript's types lack. */
interface RequestInit {
  duplex?: "half";
}

/** The cues of a script in WebVTT, which are all of this kind. */
interface TextTrackCue {
  getCueAsHTML(): DocumentFragment;
}

/** As much of React, Vue and Svelte as the documents use. */
declare namespace JSX {
  interface IntrinsicElements {
    button: { onClick: () => void; children?: unknown };
  }
}
declare function defineProps<T>(): T;
declare function $props<T>(): T;
declare function $state<T>(): T | undefined;
declare module "vue" {
  export function ref<T>(): { value: T | undefined };
  export function onUnmounted(leave: () => void): void;
}
declare module "svelte" {
  export function onDestroy(leave: () => void): void;
}
declare module "react" {
  export function useState<T>(): [T | undefined, (value: T) => void];
  export function useRef<T>(value: T | undefined): { current: T | undefined };
  export function useEffect(effect: () => (() => void) | undefined, dependencies: unknown[]): void;
}
