/** Loads stylesheets on demand, before the components that need them are shown. */

/** Adds a stylesheet of the site to the page. */
export function loadStyles(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href, onload: resolve, onerror: () => reject(new Error(`no ${href}`)) });
    document.head.append(link);
  });
}
