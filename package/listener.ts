/** Calls a listener. Its errors are reported like those of an event listener, and do not stop the job. */
export function tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    if (typeof reportError === "function") reportError(error);
    // Node has no such function, and reports an error that nobody catches.
    else queueMicrotask(() => Promise.reject(error));
  }
}
