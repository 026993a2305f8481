/** Calls a listener. What it throws is reported, as an event listener's error is, and stops no job. */
export function tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    reportError(error);
  }
}
