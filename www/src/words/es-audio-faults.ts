/** The reasons why a file cannot be played, in Spanish. They complete a sentence after a colon. */
import type { AudioFault } from "secuencia";

/** Returns the reason in words. A name that has no translation stays as the package gives it. */
export function audioFault({ kind, detail = "" }: AudioFault): string {
  return REASONS[kind](CONTENTS[detail] ?? detail);
}

const REASONS: Record<AudioFault["kind"], (detail: string) => string> = {
  empty: () => "el archivo está vacío",
  "not-audio": () => "no es un archivo de audio que se admita",
  "foreign-format": (name) => `es ${name}, un formato que no se admite`,
  "other-content": (name) => `es ${name} y no tiene audio`,
  "cut-off": () => "el archivo está cortado antes de la parte que describe el audio",
  "no-audio": () => "el archivo no tiene audio",
  "unsupported-codec": (name) => `su audio está codificado como ${name}, que no se admite`,
  "unsupported-channels": (channels) => `declara ${channels} canales, y se admiten de 1 a 8`,
  "unsupported-rate": (hertz) => `su frecuencia de muestreo, ${hertz} Hz, no se admite`,
  unreadable: () => "el navegador no pudo leer el archivo",
  "decoder-crashed": () => "su descodificador falló o no terminó",
};

/** The package's names for contents that are not names of their own. */
const CONTENTS: Record<string, string> = {
  "a JPEG picture": "una imagen JPEG",
  "a PNG picture": "una imagen PNG",
  "a GIF picture": "una imagen GIF",
  "a TIFF picture": "una imagen TIFF",
  "a WebP picture": "una imagen WebP",
  "a HEIF picture": "una imagen HEIF",
  "an AVIF picture": "una imagen AVIF",
  "an SVG picture": "una imagen SVG",
  "a Photoshop picture": "una imagen de Photoshop",
  "a PDF document": "un documento PDF",
  "an RTF document": "un documento RTF",
  "an XML document": "un documento XML",
  "a JSON document": "un documento JSON",
  "a web page (HTML)": "una página web (HTML)",
  "a program": "un programa",
  "a database": "una base de datos",
  "a ZIP archive": "un archivo comprimido ZIP",
  "a GZIP archive": "un archivo comprimido GZIP",
  "a BZIP2 archive": "un archivo comprimido BZIP2",
  "an XZ archive": "un archivo comprimido XZ",
  "a 7-Zip archive": "un archivo comprimido 7-Zip",
  "a RAR archive": "un archivo comprimido RAR",
  "a Zstandard archive": "un archivo comprimido Zstandard",
  "a playlist (M3U)": "una lista de reproducción (M3U)",
  "a playlist (PLS)": "una lista de reproducción (PLS)",
  "an Impulse Tracker module": "un módulo de Impulse Tracker",
  "a FastTracker module": "un módulo de FastTracker",
  "a Scream Tracker module": "un módulo de Scream Tracker",
  "a Video CD": "un Video CD",
  "a game's audio": "el audio de un juego",
  "something unknown": "algo desconocido",
};
