/**
 * `release.mjs` checks that a version can be released, then builds and packs the package. With `--publish` it also
 * publishes it, with a provenance: a statement, signed by the workflow's identity, of the commit and the workflow that
 * made the package. That is possible in GitHub's workflow only (.github/workflows/release.yml).
 *
 * Cargo.toml, package/package.json and the newest entry of CHANGELOG.md must have the same version, and that entry
 * must have a date. Everything must be committed. If the version already has a tag, the tag must be on this commit.
 * The packed package goes to target/release-package/.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PACKED = "target/release-package";

/**
 * Returns the version, and the reasons not to release it.
 *
 * @param {object} state
 * @param {string} state.cargo the text of Cargo.toml
 * @param {string} state.npm the text of package/package.json
 * @param {string} state.changelog the text of CHANGELOG.md
 * @param {string} state.changes the output of `git status --porcelain`
 * @param {string} state.head the commit to release
 * @param {(tag: string) => string | undefined} state.commitOf returns a tag's commit
 * @returns {{ version: string, problems: string[] }} one sentence for each reason not to release
 */
export function review({ cargo, npm, changelog, changes, head, commitOf }) {
  const version = /^version = "(.+)"$/m.exec(cargo)?.[1];
  const { version: packaged } = JSON.parse(npm);
  const [, newest, date] = /^## \[(\d.*?)\](?: - (.+))?$/m.exec(changelog) ?? [];
  const tagged = commitOf(`v${version}`);
  const problems = [
    packaged !== version && `Cargo.toml has version ${version}, package/package.json has ${packaged}.`,
    newest !== version && `The newest entry of CHANGELOG.md is ${newest}, and not ${version}.`,
    newest === version &&
      !/^\d{4}-\d\d-\d\d$/.test(date) &&
      `The entry ${version} of CHANGELOG.md has no date: "## [${version}] - YYYY-MM-DD".`,
    changes.trim() !== "" && `Not everything is committed:\n${changes.trimEnd()}`,
    tagged && tagged !== head && `The tag v${version} is on another commit, ${tagged}: raise the version.`,
  ];
  return { version, problems: problems.filter(Boolean) };
}

if (import.meta.filename === process.argv[1]) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  const git = (...args) =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trimEnd();
  const { version, problems } = review({
    cargo: readFileSync("Cargo.toml", "utf8"),
    npm: readFileSync("package/package.json", "utf8"),
    changelog: readFileSync("CHANGELOG.md", "utf8"),
    changes: git("status", "--porcelain"),
    head: git("rev-parse", "HEAD"),
    commitOf: (tag) => git("tag", "--list", tag) && git("rev-list", "-n", "1", tag),
  });
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    process.exit(1);
  }
  const publishes = process.argv.includes("--publish");
  // A workflow has this address if it has the permission "id-token: write".
  if (publishes && !process.env.ACTIONS_ID_TOKEN_REQUEST_URL) {
    console.error("Only .github/workflows/release.yml can publish with a provenance: push the tag, and it will.");
    process.exit(1);
  }
  execFileSync("make", ["build"], { stdio: "inherit" });
  execFileSync("node", ["scripts/check-package.mjs"], { stdio: "inherit" });
  mkdirSync(PACKED, { recursive: true });
  execFileSync("npm", ["pack", "./dist/secuencia", "--pack-destination", PACKED], { stdio: "inherit" });
  const tarball = `${PACKED}/secuencia-${version}.tgz`;
  if (publishes) execFileSync("npm", ["publish", tarball, "--provenance"], { stdio: "inherit" });
  else {
    console.log(`
Version ${version} is packed in ${tarball}. Once .ci/run passes on this commit, push its tag: the workflow "release"
then publishes it.
  git tag v${version} && git push origin v${version}`);
  }
}
