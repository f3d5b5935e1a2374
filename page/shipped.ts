/** What ships beside the built page: the licences of what is bundled, and the digest of the sources it was built from. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Plugin } from "vite";

const HERE = import.meta.dirname ?? resolve(".");
/** Everything the build reads. tests/playground_build counts the same way, without Node. */
const SOURCES = ["index.html", "package.json", "package-lock.json", "shipped.ts", "tsconfig.json", "vite.config.ts", "public", "src"];

export function sourceDigest(root: string): string {
  const digest = createHash("sha256");
  for (const file of SOURCES.flatMap((name) => filesUnder(join(root, name))).map((path) => relative(root, path).split(sep).join("/")).sort()) {
    digest.update(`${file}\0`);
    digest.update(createHash("sha256").update(readFileSync(join(root, file))).digest("hex"));
    digest.update("\n");
  }
  return digest.digest("hex");
}

function filesUnder(path: string): string[] {
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesUnder(join(path, name))) : [path];
}

export function shipped(): Plugin {
  return {
    name: "shipped",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "SOURCE_SHA256", source: `${sourceDigest(HERE)}\n` });
      this.emitFile({ type: "asset", fileName: "THIRD_PARTY.txt", source: thirdParty([...this.getModuleIds()]) });
    },
  };
}

function thirdParty(modules: string[]): string {
  const homes = new Set(modules.map(packageHome).filter((home): home is string => home !== null));
  const notices = [...homes].map((home) => {
    const { name, version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { name: string; version: string; license?: string };
    const file = readdirSync(home).sort().find((one) => /^licen[cs]e/i.test(one));
    const text = file ? readFileSync(join(home, file), "utf8").replace(/\r\n/g, "\n").trim() : `(${license ?? "no licence named"}; the package carries no licence file)`;
    return { title: `${name} ${version} (${license ?? "see below"})`, text };
  });
  const body = notices.sort((a, b) => (a.title < b.title ? -1 : 1)).map((notice) => `${notice.title}\n${"-".repeat(notice.title.length)}\n\n${notice.text}\n`);
  return `The playground's page contains parts of these packages.\n\n${body.join("\n\n")}`;
}

function packageHome(module: string): string | null {
  const path = module.replace(/^\0/, "").split("?")[0]!;
  if (!path.includes(`${sep}node_modules${sep}`)) return null;
  for (let home = dirname(path); home.includes(`${sep}node_modules${sep}`); home = dirname(home)) {
    const manifest = join(home, "package.json");
    if (existsSync(manifest) && "version" in JSON.parse(readFileSync(manifest, "utf8"))) return home;
  }
  return null;
}
