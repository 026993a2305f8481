/** All that the studio says, in Spanish, to a person, as tú. Loaded only for those who read it. */
import type { Words } from "./en.ts";
import type { LaterWords } from "./en-later.ts";
import { formatsOf } from "./formats.ts";

const formats = formatsOf("es");
const { number, fixed, list, time, coarseTime, size, decibels } = formats;

/** `1 clip`, `14 clips`. */
const count = (many: number, one: string, several = `${one}s`) => `${number(many)} ${many === 1 ? one : several}`;

const texts = (files: number) => count(files, "archivo de texto", "archivos de texto");

const words: Words = {
  formats,

  page: {
    skipToClips: "Ir a los clips",
    skipToExport: "Ir a la exportación",
    dropHere: "Suelta los archivos para añadirlos al proyecto",
    language: "Idioma",
    notLoaded: "No se pudo cambiar el idioma de la página",
  },

  header: {
    projectName: "Nombre del proyecto",
    gap: "Silencio entre clips (s)",
    open: "Abrir proyecto…",
    script: "Guion…",
    addAudio: "Añadir audio…",
  },

  saving: {
    save: "Guardar…",
    percent: (part) => `Guardando: ${Math.floor(part * 100)} %`,
    cancel: "Cancelar el guardado",
    cancelDetail: "Si ya había un archivo, queda como estaba.",
    project: "Guardar proyecto…",
    projectDetail: "Un solo archivo con todo el audio y las imágenes. “Abrir proyecto…” lo lee en cualquier navegador.",
    timeline: "Exportar línea de tiempo…",
    timelineDetail: "OpenTimelineIO (.otio), para otros editores. Remite a los archivos de audio sin incluirlos.",
    begun: "Guardando.",
    cancelled: "Has cancelado el guardado.",
    saved: { secuencia: "El proyecto se ha guardado.", otio: "La línea de tiempo se ha guardado." },
    failed: { secuencia: "No se pudo guardar el proyecto", otio: "No se pudo guardar la línea de tiempo" },
    folderGone: "su carpeta se ha movido o borrado. Elige otro lugar",
    withoutAudio: (titles, more) =>
      `Falta el audio de ${titles.join(", ")}${more > 0 ? ` y de ${number(more)} más` : ""}, así que el proyecto guardado no lo incluye.`,
  },

  timeline: {
    title: "Línea de tiempo",
    lanes: "Pistas",
    laneLabel: (lane, clips, end) => `${lane}: ${count(clips, "clip")}, termina a los ${time(end)}`,
    position: "Posición",
    positionOf: (at, length) => `${time(at)} de ${time(length)}`,
  },

  lanes: {
    main: "Pista principal",
    other: (lane) => `Pista ${number(lane)}`,
  },

  playing: {
    play: "Reproducir",
    pause: "Pausar",
    playKey: "Reproducir (espacio)",
    pauseKey: "Pausar (espacio)",
    position: "Posición: ",
    blocked: "El navegador no ha dejado que esta página suene. Pulsa Reproducir otra vez.",
    failed: "No se puede reproducir el proyecto",
    clipFailed: (title) => `No se puede reproducir ${title}`,
    silent: (title, reason) => `${title} no suena. ${reason}`,
    notLoaded: "No se pudo cargar una parte de la página, así que no puede sonar nada. Vuelve a cargar la página.",
  },

  history: {
    undo: "Deshacer",
    redo: "Rehacer",
    step: (word, step) => `${word}: ${step}`,
    all: "Todos los pasos",
    list: "Pasos, primero el último",
    beginning: "El principio",
    undone: ", deshecho",
    didUndo: (step) => `Deshecho: ${step}.`,
    didRedo: (step) => `Rehecho: ${step}.`,
    didJump: (step) => `El proyecto está como quedó tras: ${step}.`,
  },

  steps: {
    rename: (name) => `Cambiar el nombre a “${name}”`,
    gap: (seconds) => `Cambiar el silencio entre clips a ${number(seconds)} s`,
    sound: "Cambiar el sonido y el archivo",
    about: (parts) => `Editar ${list(parts)}`,
    aboutParts: {
      tags: "las etiquetas",
      covers: "las imágenes",
      chapters: "los capítulos",
      extension: "el tipo de archivo",
    },
    addClip: (title) => `Añadir ${title}`,
    addFiles: (files) => `Añadir ${count(files, "archivo")}`,
    edit: (title) => `Editar ${title}`,
    toLane: (title, lane) => `Mover ${title} a: ${lane}`,
    move: (title) => `Mover ${title}`,
    volume: (title) => `Cambiar el volumen de ${title}`,
    remove: (title) => `Quitar ${title}`,
    removed: (title) => `Has quitado ${title}.`,
    open: (name) => `Abrir “${name}”`,
    opened: (name) => `Has abierto “${name}”.`,
    replaceAudio: (title) => `Sustituir el audio de ${title}`,
    replacedAudio: (title) => `Has sustituido el audio de ${title}.`,
    createFromScript: (name) => `Crear “${name}” a partir de un guion`,
    createdFromScript: (name) => `Has creado “${name}” a partir del guion.`,
    applyScript: "Aplicar el guion",
    appliedScript: (clips) => `Has aplicado el guion a ${count(clips, "clip")}.`,
  },

  clips: {
    title: "Clips",
    none: "Todavía no hay clips. Suelta archivos de audio en cualquier parte de la página o elige “Añadir audio…”.",
    starts: "Empieza",
    lasts: "Dura",
    lane: "Pista",
    count: (clips) => count(clips, "clip"),
    one: "un clip",
    find: "Buscar",
    findLabel: "Buscar un clip",
    notFound: "Ninguno",
    foundOf: (place, total) => `${place} de ${total}`,
    select: "Seleccionar",
    selected: (clips) => (clips === 0 ? "Nada seleccionado" : count(clips, "clip seleccionado", "clips seleccionados")),
    selectAll: "Seleccionar todo",
    selectNone: "No seleccionar nada",
    selection: "Clips seleccionados",
    moveToLane: "Mover a otra pista",
    chooseLane: "Pista…",
    quieter: "Más bajo",
    louder: "Más alto",
    remove: "Quitar",
    moveToPlace: "Mover al puesto",
    move: "Mover",
    movedToLane: (lane) => `Ahora en: ${lane}.`,
    movedToPlace: (place, of) => `Ahora en el puesto ${place} de ${of}.`,
    madeLouder: (title, byDb) => `${title}: ${count(Math.abs(byDb), "decibelio")} más ${byDb > 0 ? "alto" : "bajo"}.`,
  },

  clip: {
    select: (title) => `Seleccionar: ${title}`,
    playFrom: (title) => `Reproducir desde aquí: ${title}`,
    volume: (db) => `${db > 0 ? "+" : ""}${decibels(db)} dB`,
    muted: "Silenciado",
    missing: "Falta el audio",
    choose: "Elegirlo…",
    startsAt: "Empieza en",
    length: "Duración",
    lane: (title) => `Pista de ${title}`,
    moveUp: (title) => `Subir: ${title}`,
    moveDown: (title) => `Bajar: ${title}`,
    edit: (title) => `Editar: ${title}`,
    remove: (title) => `Quitar: ${title}`,
  },

  part: {
    mark: "Marcar un fragmento",
    markDetail: "Marca un fragmento para repetirlo o exportarlo solo. O arrastra sobre la regla con Mayús",
    unmark: "Quitar la marca del fragmento",
    span: (start: string, end: string) => `${start} a ${end}`,
    begins: "Donde empieza el fragmento marcado",
    ends: "Donde acaba el fragmento marcado",
    toExport: (start: string, end: string) => `Exportar de ${start} a ${end}…`,
    toExportDetail: "El fragmento marcado en la línea de tiempo, en un archivo propio.",
    fileName: (project: string, start: string, end: string) => `${project}, de ${start} a ${end}`,
  },

  chapterFiles: {
    toExport: "Exportar cada capítulo…",
    toExportDetail: "Un archivo por capítulo, con su número y su título.",
    saved: (files: number) => `Se ha${files === 1 ? "" : "n"} guardado ${count(files, "archivo")}`,
    list: "Archivos",
    none: "El archivo aún no tiene capítulos. Abre «Sonido y archivo…» y, en «Sobre este archivo», elige dónde empiezan.",
  },

  clipEditor: {
    text: "Frase",
    voice: "Voz",
    scene: "Escena",
    starts: "Empieza en (s)",
    follows: "tras el clip anterior",
    skips: "Se salta (s)",
    skipsSilence: (seconds) => `${fixed(seconds, 2)} de silencio`,
    skipsNothing: "nada",
    lasts: "Dura (s)",
    toSilence: "hasta su silencio final",
    toEnd: "hasta el final",
    volume: "Volumen (dB)",
    fadeIn: "Entra en (s)",
    fadeOut: "Se desvanece en (s)",
    pan: "Panorama",
    panInMono: "Panorama (sin efecto en mono)",
    panCentre: "centro",
    panLeft: (percent) => `${percent} % a la izquierda`,
    panRight: (percent) => `${percent} % a la derecha`,
    muted: "Silenciado",
    replace: "Sustituir el audio…",
    play: "Escuchar este clip",
    stop: "Parar",
    skipsAll: (seconds) => `El audio dura solo ${number(seconds)} s; hay que saltarse menos.`,
    fadesTooLong: (together, length) =>
      `Los fundidos suman ${number(together)} s, pero el clip dura solo ${number(length)} s.`,
  },

  dialog: {
    askToSave: "¿Guardar los cambios?",
    keepEditing: "Seguir editando",
    discard: "Descartar",
    cancel: "Cancelar",
    save: "Guardar",
    close: "Cerrar",
    dismiss: "Ocultar",
  },

  adding: {
    title: "Añadiendo audio",
    opening: (name) => `Abriendo ${name}`,
    one: (name, percent) => `Añadiendo ${name}, ${percent} %`,
    several: (name, place, total) => `Añadiendo ${name}, ${place} de ${total}`,
    stop: "Parar",
    stopped: "Parado. Lo que ya se había leído se queda.",
    added: "Se ha añadido todo el audio.",
    addedInPart: (name) => `Se ha añadido ${name}, pero una parte no se pudo leer`,
    failed: (name) => `No se pudo añadir ${name}`,
    noRoom: (files) => `No se ${files === 1 ? "pudo" : "pudieron"} añadir ${count(files, "archivo")}`,
    notReplaced: (name) => `No se pudo añadir ${name}, así que el clip sigue como estaba`,
    goingOn: (files) =>
      files === 1
        ? "Seguimos con 1 archivo que se estaba añadiendo."
        : `Seguimos con ${number(files)} archivos que se estaban añadiendo.`,
    notAdded: (name, others) =>
      others === 0
        ? `“${name}” se estaba añadiendo cuando se cerró la página. Vuelve a añadir lo que falte.`
        : `“${name}” y ${count(others, "archivo")} más se estaban añadiendo cuando se cerró la página. Vuelve a añadir lo que falte.`,
  },

  opening: {
    failed: (name) => `No se pudo abrir ${name}.`,
    tooLarge: (bytes, most) => `Es demasiado grande: ${size(bytes)}. El límite es de ${size(most)}.`,
    oneAtATime: "Elige un solo archivo de proyecto cada vez.",
    folderFailed: "No se pudo leer la carpeta",
    folderEmpty: "En la carpeta no hay audio que se pueda leer aquí.",
    notOpened: (name) =>
      `“${name}” se estaba abriendo cuando se cerró la página. Vuelve a abrirlo. Este es el proyecto de antes.`,
    audioNotInside: "su audio no está en el archivo",
    pictureNotInside: "la imagen no está en el archivo",
    noClips: "No tiene clips que reproduzcan archivos de audio.",
    picturesGone: (file, pictures) =>
      `${file} remite a ${count(pictures, "imagen", "imágenes")} que este navegador no tiene. Los archivos de línea de tiempo no contienen imágenes.`,
    sameName: (one, other) =>
      `“${one}” y “${other}” tienen el mismo nombre de archivo. Cambia el nombre de uno de ellos.`,
    audioMissing: (name) => `Falta el archivo de audio “${name}”. Elígelo junto con la línea de tiempo.`,
  },

  scriptNote: {
    note: (open, lines) =>
      `A ${number(open)} de ${lines === 1 ? "la frase" : `las ${number(lines)} frases`} del guion le${open === 1 ? "" : "s"} falta el audio. `,
    notOpened: "No se pudo abrir el guion",
    addAudio: "Añadir audio…",
  },

  settings: {
    layouts: { stereo: "estéreo", mono: "mono", auto: "mono o estéreo" },
    kilohertz: (hertz) => `${number(hertz / 1000)} kHz`,
    kilobits: (bits) => `${number(bits / 1000)} kb/s`,
    inMono: (goal) => ` (${goal} en mono)`,
    atGoal: (goal) => `a ${goal}`,
    noLimiter: "sin limitador",
    peaksUpTo: (level) => `picos de hasta ${number(level)} dBTP`,
    asAudiobook: "como audiolibro",
    silenceInPlace: "silencio en lugar de los clips que no se puedan usar",
    withTexts: (files) => `con ${texts(files)}`,
  },

  file: {
    button: "Sonido y archivo…",
    notOpened: "No se pudieron abrir los ajustes",
  },

  exporting: {
    title: "Exportación",
    button: "Exportar",
    cancel: "Cancelar",
    otherWays: "Otras formas de exportar",
    toFolder: "Exportar a una carpeta…",
    toFolderDetail: "El audio y, a su lado, los archivos de texto que pide el proyecto.",
    dismissFailure: "Ocultar el error",
    dismissResult: "Ocultar el resultado",
    outlook: (clips, length) => `${count(clips, "clip")}, ${length}`,
    file: (extension, settings) => `Un archivo ${extension.toUpperCase()}: ${settings}`,
    interrupted: (name, percent) => `La exportación de ${name} se interrumpió al ${percent}\u00a0%.`,
    continue: "Continuar",
    forget: "Olvidarla",
    percent: (percent) => `${percent}\u00a0%`,
    progress: (percent, phase, left) => `${percent} por ciento. ${phase}. ${left}`,
    left: (seconds) => {
      if (seconds < 1.5) return "falta un segundo, más o menos";
      const words = coarseTime(seconds);
      return `${words.startsWith("1 ") ? "falta" : "faltan"} ${words}, más o menos`;
    },
    phases: {
      starting: "Empezando",
      awaiting: "Esperando el audio que aún se está añadiendo",
      reading: "Leyendo el audio",
      validating: "Comprobando los clips",
      converting: "Montando la línea de tiempo",
      finalizing: "Montando la línea de tiempo",
      loading: "Cargando la línea de tiempo",
      filtering: "Leyendo los clips",
      composing: "Leyendo los clips",
      measuring: "Midiendo el volumen",
      encoding: "Codificando el audio M4A",
      done: "Listo",
    },
    stuckPhase: "Esperando al destino, que no acepta más",
    stuck: "El destino no acepta nada por ahora. Puedes descargar el audio terminado.",
    downloadInstead: "Mejor descargarlo",
    begun: "Exportando.",
    finished: "La exportación ha terminado.",
    cancelled: "Has cancelado la exportación. No se ha guardado nada.",
  },

  failure: {
    replace: "Sustituir su audio…",
    withSilence: "Exportar con silencio en su lugar",
    showClip: "Ver el clip",
    export: "La exportación ha fallado. No se ha guardado nada.",
    nothing: "Todavía no hay nada que exportar. Añade antes algo de audio.",
    unusable: (clips) =>
      `${count(clips, "clip")} no se ${clips === 1 ? "puede" : "pueden"} usar. No se ha guardado nada.`,
    missing: (title) => `Falta el audio de ${title}. Vuelve a añadir su archivo o quita el clip.`,
    invalid: (title) => `El audio de ${title} no se puede usar.`,
    noRoom: "No hay espacio para guardar el archivo. Libera algo de espacio y vuelve a exportar.",
    itsAudioMissing: "Falta su audio.",
  },

  reasons: {
    codeMissing: "no se pudo cargar una parte de la página. Puede que se haya actualizado. Vuelve a cargar la página",
    fileGone: "ya no se puede leer. Se ha movido, cambiado o borrado desde que lo elegiste",
    full: "el almacenamiento de este navegador está lleno. Libera algo de espacio",
    noRoom: (needed, available) =>
      `hacen falta ${number(Math.ceil(needed / 1e6))} MB y en el almacenamiento del navegador caben ${number(Math.ceil(available / 1e6))} MB. Libera algo de espacio y vuelve a intentarlo`,
    brokenOff: "el navegador ha dejado de leer o escribir. Vuelve a intentarlo",
    storageFails: "el almacenamiento de este navegador no funciona en este momento",
    newerVersion: "lo guardó una versión más nueva de esta página. Vuelve a cargar la página",
    notAllowed: "el navegador no lo permite",
    noneGiven: "el navegador no ha dado ningún motivo",
    heldByTab: "otra pestaña lo retiene y no lo cierra. Cierra o vuelve a cargar esa pestaña y luego esta",
  },

  faults: {
    nameless: "Un audio sin nombre",
    mended: (name) => `${name}: lo que el navegador guardaba estaba dañado. Se ha leído de nuevo; revisa sus clips.`,
    gone: (name) => `${name} ya no está en el almacenamiento del navegador. Vuelve a añadir su archivo.`,
    size: (name) =>
      `${name} no está como se guardó: tiene otro tamaño. Escucha sus clips o vuelve a añadir su archivo.`,
    damaged: (name) => `${name}: lo que el navegador guardaba está dañado. Vuelve a añadir su archivo.`,
  },

  result: {
    saved: (name) => `${name}: guardado`,
    ready: (name) => `${name} está listo`,
    inFolder: (folder) => ` en “${folder}”`,
    changedSince: "El proyecto ha cambiado desde entonces.",
    length: "Duración",
    channels: "Canales",
    size: "Tamaño",
    loudness: "Volumen",
    downloadAgain: "Descargar otra vez",
    withTexts: (files) => `con ${texts(files)}`,
    textsToSave: (files) => `${texts(files)} por guardar`,
    share: "Compartir o guardar…",
    figures: "Cifras",
    speed: (seconds, times) =>
      `Hecho en ${time(seconds)}, ${fixed(times, times < 10 ? 1 : 0)} veces más rápido que al escucharlo`,
    leftSilent: (clips) => count(clips, "clip en silencio", "clips en silencio"),
    warnings: (warnings) => count(warnings, "aviso"),
    player: (name) => `Reproducir ${name}`,
    script: "Guion",
    andDownloads: " y descargas",
    notShown: "No se pudo mostrar el guion",
  },

  loudness: {
    none: "En silencio, o demasiado corto para medir su volumen",
    notReached: "No se pudo alcanzar el volumen que pediste",
    asAsked: "Con el volumen que pediste",
    loudEnough: {
      podcast: "Con buen volumen para un pódcast",
      "podcast-mono": "Con buen volumen para un pódcast",
      broadcast: "Con buen volumen para radio y televisión",
      audiobook: "Con buen volumen para un audiolibro",
    },
    quieter: "Más bajo que un pódcast",
    louder: "Más alto que un pódcast",
    peaks: "Con el volumen de un pódcast, pero con picos que pueden distorsionar",
    peak: (db) => `pico ${decibels(db)} dBTP`,
    range: (lu) => `rango ${decibels(lu)} LU`,
    gain: (db) => `${db > 0 ? "+" : ""}${decibels(db)} dB aplicados`,
    silence: "silencio",
  },

  storage: {
    inMemory: "Todo se queda en esta pestaña y desaparece al cerrarla.",
    inBrowser: (used) =>
      `Todo se queda en este navegador, en este dispositivo${used === undefined ? "" : ` (${size(used)})`}. `,
    isKept: "El navegador lo conservará hasta que tú lo quites.",
    mayBeDeleted: "El navegador puede borrarlo si al dispositivo le falta espacio. ",
    askToKeep: "Pedirle que lo conserve todo",
  },

  health: {
    button: "Informe de estado",
    notOpened: "No se pudo abrir el informe de estado",
  },

  notices: {
    reload: "Volver a cargar",
    notSaved: "Tus últimos cambios no se han guardado",
    noSampleAudio: "No se pudo cargar una parte del audio del ejemplo",
    tryAgain: "Reintentar",
    viewing: "Este proyecto se está editando en otra pestaña.",
    editHere: "Editar aquí",
    busyElsewhere: "La otra pestaña aún está añadiendo audio o guardando. Edita aquí cuando termine.",
    updateReady: "Hay una versión nueva.",
    notStarted: "No se pudo abrir el estudio",
    noStorage: "No se puede usar el almacenamiento de este navegador",
    nothingKept: "Al cerrar esta pestaña no se conservará nada, así que guarda antes el proyecto.",
    noSample: "No se pudo cargar el ejemplo",
    noSampleHelp: "Vuelve a cargar la página para intentarlo otra vez o añade tu propio audio.",
    notMoved: "No se pudo mover el audio del proyecto a su nuevo lugar, así que sigue en el antiguo",
  },

  projects: {
    untitled: "Sin título",
  },

  fileKinds: {
    audio: "Audio M4A",
    project: "Proyecto de Secuencia",
    timeline: "Línea de tiempo de OpenTimelineIO",
  },
};

const later: LaterWords = {
  fileSettings: {
    title: "Sonido y archivo",
    tabs: "Ajustes del archivo",
    tab: { sound: "Sonido y archivo", about: "Sobre este archivo" },
  },

  sound: {
    channels: "Canales",
    layouts: { stereo: "Estéreo", mono: "Mono", auto: "Mono si no se pierde nada" },
    rate: "Frecuencia de muestreo",
    bitRate: "Tasa de bits",
    ceiling: "Límite de picos",
    noCeiling: "Sin límite",
    usualCeiling: "−1 dBTP (−3 para ACX)",
    loudness: "Volumen",
    loudnessUnchanged: "Sin cambios",
    loudnesses: {
      podcast: "Pódcast",
      "podcast-mono": "Pódcast en mono",
      broadcast: "Radio y televisión",
      audiobook: "Audiolibro (ACX)",
    },
    edgeFades: "Fundidos en los bordes contra los clics",
    noEdgeFades: "Ninguno",
    trimSilence: "Recortar el silencio al principio y al final del audio que añadas desde ahora",
    silenceForUnusable: "Si un clip no se puede usar, exportar silencio en su lugar",
    textFiles: "Archivos de texto que acompañan al audio",
    sidecars: {
      webvtt: "Texto sincronizado (.vtt)",
      json: "Tiempos (.json)",
      srt: "Subtítulos (.srt)",
      chapters: "Capítulos (.json)",
      "show-notes": "Lista de capítulos (.txt)",
      labels: "Etiquetas de Audacity (.txt)",
    },
  },

  about: {
    title: "Título",
    artist: "Artista o autor",
    album: "Álbum, libro o serie",
    narrator: "Narrador",
    genre: "Género",
    year: "Año o fecha",
    kind: "Tipo",
    noKind: "Sin indicar",
    kinds: { music: "Música", audiobook: "Audiolibro", podcast: "Pódcast" },
    description: "Descripción",
    more: "Más etiquetas",
    albumArtist: "Artista del álbum",
    composer: "Compositor",
    trackNumber: "Número de pista",
    trackTotal: "Total de pistas",
    discNumber: "Número de disco",
    discTotal: "Total de discos",
    language: "Idioma",
    languageHint: "Un código de idioma, como es o pt-BR",
    grouping: "Agrupación",
    copyright: "Derechos de autor",
    comment: "Comentario",
    longDescription: "Descripción larga",
    isAudiobook: "Audiolibro (.m4b)",
    unnamedPicture: "la imagen",
    pictureFailed: (name) => `No se pudo añadir ${name}`,
    picturesAdded: (pictures) => (pictures === 1 ? "Se ha añadido una imagen." : "Se han añadido las imágenes."),
  },

  covers: {
    title: "Imágenes",
    alt: (index) => (index === 0 ? "La portada" : `Imagen ${index + 1}`),
    moveForward: (index) => `Adelantar ${index === 0 ? "la portada" : `la imagen ${index + 1}`}`,
    remove: (index) => `Quitar ${index === 0 ? "la portada" : `la imagen ${index + 1}`}`,
    add: "Añadir imágenes…",
    dropHere: "o suéltalas o pégalas aquí",
  },

  chapters: {
    title: "Capítulos",
    from: "Capítulos según",
    sources: {
      markers: "mi propia lista",
      clips: "cada clip",
      scenes: "cada escena",
      period: "cada pocos minutos",
      none: "ninguno",
    },
    minutes: "Minutos",
    editAsList: "Editar como lista",
    noneInFile: "El archivo no tendrá capítulos.",
    noneMade: "De estos clips no sale ningún capítulo.",
    made: (chapters, first, isCut) =>
      `${count(chapters, "capítulo")} a partir de estos clips: ${first}${isCut ? ", …" : ""}`,
    start: (chapter) => `Inicio del capítulo ${chapter}`,
    noTime: "Escribe un tiempo, como 1:02:03,5.",
    titleOf: (chapter) => `Título del capítulo ${chapter}`,
    unnamed: (chapter) => `Capítulo ${chapter}`,
    remove: (chapter) => `Quitar el capítulo ${chapter}`,
    add: "Añadir un capítulo",
    picture: (chapter) => `Imagen del capítulo ${chapter}`,
    removePicture: (chapter) => `Quitar la imagen del capítulo ${chapter}`,
  },

  script: {
    title: "Guion",
    ofProject: "El guion del proyecto",
    cancel: "Cancelar",
    save: "Guardar",
    create: "Crear proyecto",
    apply: "Aplicar a los clips",
    addAudio: "Añadir audio…",
    linesOfProject: (lines) =>
      `${count(lines, "frase")}. Para las que no tienen audio, añade archivos o elige entre los clips.`,
    another: "Otro guion…",
    choose: "Elegir un guion y su audio…",
    format: "Formato",
    formats: { plain: "Texto sencillo (NOMBRE: frase)", fountain: "Guion en Fountain" },
    keepDirections: "Dejar las (acotaciones) en el texto",
    reading: "Leyendo…",
    found: (scenes, lines) => `${scenes > 0 ? `${count(scenes, "escena")}, ` : ""}${count(lines, "frase")}`,
    noText: "Aún no hay texto",
    moreFaults: (faults) => `Y ${number(faults)} más.`,
    write: "Pega o escribe el guion",
    example: "ESCENA 1: El faro\n\nODETTE: ¿Quién llama?\nBRAM: (empapado) El correo, señora.",
    pasted: "Texto pegado",
    length: (characters) => (characters < 1000 ? count(characters, "carácter", "caracteres") : size(characters)),
    place: "Qué hacer con el guion",
    placeNew: "Crear un proyecto nuevo",
    placeHere: (clips) =>
      clips === 1 ? "Aplicarlo al clip de este proyecto" : `Aplicarlo a los ${number(clips)} clips de este proyecto`,
    voices: "Voces",
    unnamedVoice: "Sin nombre",
    moreVoices: (voices) => `y ${number(voices)} más`,
    lines: "Frases",
    match: "Emparejar",
    byName: "Por nombre",
    byOrder: "Por orden",
    clear: "Vaciar",
    onlyOpen: "Solo las frases sin audio",
    noLinesYet: "Aquí aparecerán las frases, y en cada una podrás elegir su audio.",
    block: (from, to) => `Frases ${from} a ${to}`,
    audioFor: (line, voice) => `Audio de la frase ${line}${voice && `, ${voice}`}`,
    noAudio: "Sin audio",
    ofLine: (name, line) => `${name} (frase ${line})`,
    reasons: {
      order: "por orden",
      number: "por número",
      words: "por las palabras",
      voice: "por la voz",
      hand: "a mano",
      before: "como antes",
    },
    firstFree: (reason, among) => `${reason}, el primero libre de ${among}`,
    allHaveAudio: "Todas las frases tienen audio.",
    openLines: (lines) => `${count(lines, "frase")} sin audio.`,
    unused: (files, names) =>
      `${count(files, "archivo")} de audio sin usar: ${names.join(", ")}${files > names.length ? ` y ${number(files - names.length)} más` : ""}.`,
    oneAtATime: "Elige un solo guion cada vez.",
    cut: (most) =>
      `El texto es demasiado largo para un guion, así que solo se conservan sus primeros ${number(most)} caracteres.`,
    lostAudio: (line) => `La frase ${line} se ha quedado sin audio.`,
    tooLarge: (name, bytes, most) =>
      `${name} es demasiado grande para un guion: ${size(bytes)}. El límite es de ${size(most)}.`,
    notRead: (name) => `No se pudo leer ${name}`,
    noLines:
      "No se ha encontrado ninguna frase. Escribe cada una como un nombre, dos puntos y lo que se dice, por ejemplo “ODETTE: ¿Quién llama?”, o usa un guion en Fountain: el nombre en mayúsculas y, debajo, lo que se dice.",
    notUtf8: "El archivo no está en UTF-8, así que se ha leído como Windows-1252 (europeo occidental).",
    openComment: (row) =>
      `El comentario que empieza con /* en la línea ${row} no termina, así que se ha leído como texto.`,
    rowTooLong: (row, characters) =>
      `Se ha dejado fuera la línea ${row}: tiene ${number(characters)} caracteres sin un salto de línea.`,
    linesCut: (most) => `Solo se han leído las primeras ${number(most)} frases.`,
    differentVoices: (names) => `${list(names.map((name) => `“${name}”`))} se tratan como voces distintas.`,
    leftOut: (row, text) =>
      `Se ha dejado fuera el párrafo de la línea ${row}, porque no empieza con un nombre y dos puntos: “${text}”`,
    severalLeftOut: (paragraphs, row, text) =>
      `Se han dejado fuera ${number(paragraphs)} párrafos, porque no empiezan con un nombre y dos puntos. El primero, en la línea ${row}: “${text}”`,
  },

  resultPanel: {
    closeScript: "Cerrar el guion",
    scriptNotMade: "No se pudo hacer el guion. Los avisos de la exportación dicen por qué.",
    noScript:
      "Ninguno de estos clips tiene texto todavía. Edita un clip para escribir lo que se dice en él o importa un guion. La próxima exportación lo mostrará aquí.",
    scriptLines: "Guion",
    scriptChapters: "Capítulos",
    spoken: "Ir a la frase que suena",
    title: "Descargas",
    preparing: "preparando…",
    isSaved: "guardado",
    isReady: (name) => `${name} está listo.`,
    pressAgain: "El archivo ya está listo. Pulsa otra vez su nombre para guardarlo.",
    notMade: "No se pudo hacer el archivo",
    audio: (extension) => `Audio (${extension})`,
    page: "Página para leer y escuchar (.html)",
    everything: "Todo junto (.zip)",
  },

  healthReport: {
    title: "Informe de estado",
    explanation:
      "Si algo no funciona, envía esto a quien te ayude. No lleva nombres ni palabras de tus archivos, tus clips o tu gente.",
    report: "Informe",
    copy: "Copiar",
    copied: "Copiado.",
    notCopied: "El navegador no deja copiar a la página. El texto está seleccionado: cópialo con el teclado.",
  },
};

export const spanish = { words, later };
