/**
 * Strikes in a page or in a worker, at the place that the current fault names. Workers run it before their own code,
 * and pages load it before they begin. It wraps functions of the platform, and nothing of the product's.
 */
(() => {
  const ask = (path) => {
    const request = new XMLHttpRequest();
    request.open("GET", new URL(path, location.origin), false);
    request.send();
    return request.responseText;
  };
  const fault = JSON.parse(ask("/fault"));
  if (!fault.hook || fault.hook === "network") return;

  /** "page", or a worker's role, which its first message decides. */
  let role = typeof WorkerGlobalScope === "undefined" ? "page" : "leader";
  let seen = 0;
  if (role !== "page") {
    addEventListener("message", ({ data }) => {
      if (data?.type === "help") role = "helper";
    });
  }

  const never = () => new Promise(() => {});
  const refuse = () => new DOMException(fault.message ?? "The fault’s own words.", fault.error ?? "UnknownError");
  /** Does what the fault says. Returns the call's result in an array, if there is one. */
  const ACTIONS = {
    throw: () => {
      throw refuse();
    },
    reject: () => [Promise.reject(refuse())],
    never: () => [never()],
    drop: () => [undefined],
    crash: () => {
      setTimeout(() => {
        throw new Error("The fault’s own words.");
      });
      return [never()];
    },
    trap: () => {
      throw new WebAssembly.RuntimeError("unreachable");
    },
    "out of memory": () => {
      throw new RangeError("Out of memory");
    },
    unhandled: () => {
      Promise.reject(new Error("The fault’s own words."));
      return [never()];
    },
    end: () => {
      close();
      return [never()];
    },
    spin: () => {
      for (;;);
    },
    abort: (target) => {
      const transaction = target.transaction ?? target;
      setTimeout(() => {
        try {
          transaction.abort();
        } catch {
          // It is complete already.
        }
      });
    },
    disconnect: (target) => {
      // A store, or the connection itself.
      (target.transaction.db ?? target).close();
    },
    short: (_target, [blob]) => [blob.slice(0, Math.floor(blob.size / 2))],
  };

  /** Wraps a method. `counts` tells whether a call counts. */
  function wrap(owner, name, hook, counts = () => true) {
    if (!owner || hook !== fault.hook) return;
    const call = owner[name];
    owner[name] = function (...given) {
      const isMeant = role === (fault.role ?? role) && counts(this, given);
      if (isMeant) seen += 1;
      if (isMeant && seen >= (fault.nth ?? 1) && ask("/strike") === "yes") {
        const outcome = ACTIONS[fault.action](this, given);
        if (outcome) return outcome[0];
      }
      return call.apply(this, given);
    };
  }

  const { IDBFactory, IDBObjectStore, FileReaderSync, Blob, FileSystemFileHandle, FileSystemWritableFileStream } =
    globalThis;
  const inStore =
    (...names) =>
    (store) =>
      names.includes(store.name);
  // Only reports count: the answer of a job is something else than a word about it.
  wrap(globalThis, "postMessage", "report", (_self, [message]) => message?.type === "progress");
  wrap(globalThis, "postMessage", "answer", (_self, [message]) => ["done", "failed"].includes(message?.type));
  wrap(globalThis.MessagePort?.prototype, "postMessage", "word", (_port, [message]) => message?.type === "made");
  wrap(globalThis.MessagePort?.prototype, "postMessage", "order", (_port, [message]) => message?.type === "make");
  wrap(IDBFactory.prototype, "open", "open");
  wrap(IDBObjectStore.prototype, "get", "get");
  wrap(IDBObjectStore.prototype, "put", "put", inStore("assets", "contents", "timelines"));
  wrap(IDBObjectStore.prototype, "delete", "delete");
  wrap(globalThis.IDBDatabase.prototype, "transaction", "transaction");
  wrap(FileReaderSync?.prototype, "readAsArrayBuffer", "read");
  wrap(Blob.prototype, "slice", "slice");
  wrap(FileSystemFileHandle?.prototype, "createWritable", "create");
  wrap(FileSystemWritableFileStream?.prototype, "write", "write");
  wrap(FileSystemWritableFileStream?.prototype, "seek", "seek");
  // `close` is inherited, so this gives the class its own.
  if (FileSystemWritableFileStream) {
    const inherited = FileSystemWritableFileStream.prototype.close;
    FileSystemWritableFileStream.prototype.close = function () {
      return inherited.call(this);
    };
    wrap(FileSystemWritableFileStream.prototype, "close", "close");
  }
  if (fault.hook === "start" && role === "page") {
    const Real = globalThis.Worker;
    globalThis.Worker = class extends Real {
      constructor(...given) {
        if (ask("/strike") === "yes") throw refuse();
        super(...given);
      }
    };
  }
})();
