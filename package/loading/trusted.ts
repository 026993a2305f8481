/** Trusted Types: where a page demands them, a worker's address must come from a policy. Ours is named `secuencia`. */

interface Policy {
  createScriptURL(url: string): string;
}

let policy: Policy | undefined;

/** Returns the address in the form that `new Worker` accepts on this page. */
export function trusted(url: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  };
  if (!trustedTypes) return url;
  try {
    // All of the package's calls pass the address of its own script.
    policy ??= trustedTypes.createPolicy("secuencia", { createScriptURL: (own) => own });
  } catch {
    // The page's policy forbids this one. Unless it also demands one, the worker starts by its plain address.
    return url;
  }
  return policy.createScriptURL(url);
}
