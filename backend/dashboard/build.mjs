// backend/dashboard/build.mjs - makes dist/ of src/: two scripts, a style sheet, the page. The same bytes on every machine. Run by ./dev dashboard.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url)), dist = join(here, "dist");
const kAllMax = 80 * 1024, kFirstMax = 90 * 1024; // gzip'd bytes beyond which the build fails: the target of all is 70 kB, of the first load 45
const kExpected = ["app.css", "app.js", "chunk.js", "more.js"]; // chunk.js is what the other two share
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const gz = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** All files of a folder, sorted, with / between the parts. */
function files(folder) {
  return readdirSync(join(here, folder), { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? files(`${folder}/${e.name}`) : [`${folder}/${e.name}`])).sort();
}

async function bundle() {
  const out = await build({
    absWorkingDir: here, entryPoints: { app: "src/main.tsx" }, outdir: "dist", bundle: true, write: false, format: "esm", splitting: true, target: "es2022",
    minify: true, lineLimit: 2000, charset: "utf8", legalComments: "none", jsx: "automatic", jsxImportSource: "preact", entryNames: "[name]", chunkNames: "[name]", logLevel: "warning",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const made = Object.fromEntries(out.outputFiles.map((f) => [relative(dist, f.path), f.contents]));
  const names = Object.keys(made).sort();
  if (names.join() !== kExpected.join()) throw new Error(`esbuild made ${names.join(", ")} and not ${kExpected.join(", ")}: say in build.mjs and index.html what is new`);
  return made;
}

/** Name, version and licence of what is in the bundle. */
function thirdParty() {
  const packages = ["preact", "@preact/signals", "@preact/signals-core"];
  const parts = packages.map((name) => {
    const at = join(here, "node_modules", name), p = JSON.parse(readFileSync(join(at, "package.json"), "utf8"));
    const licence = readdirSync(at).find((f) => /^licen[cs]e/i.test(f));
    return `${name} ${p.version} (${p.license})\n\n${readFileSync(join(at, licence), "utf8").replace(/\r/g, "").trim()}\n`;
  });
  return `The dashboard holds code of these projects.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** What dist/ was made of; tests/dashboard_current_test.sh compares. */
function sources() {
  return ["build.mjs", "package-lock.json", "tsconfig.json", ...files("src")].map((f) => `${sha256(readFileSync(join(here, f)))}  ${f}\n`).join("");
}

/** The digits in the addresses of the assets: of the names and digests of all of them, as sha256sum prints them. */
export const hashOf = (assets) => sha256(Object.keys(assets).sort().map((f) => `${sha256(assets[f])}  ${f}\n`).join("")).slice(0, 12);

/** In the page itself: a browser asks for an icon whenever it likes, also when the tab shows another page by then, and that would be refused. */
const icon = () => `data:image/svg+xml,${encodeURIComponent(readFileSync(join(here, "src/favicon.svg"), "utf8").trim())}`;

function check(sizes) {
  const all = Object.values(sizes).reduce((a, b) => a + b, 0), first = sizes["app.js"] + sizes["chunk.js"] + sizes["app.css"] + sizes["index.html"] ;
  for (const [name, n] of Object.entries(sizes)) console.log(`${String(n).padStart(8)}  ${name}`);
  console.log(`${String(first).padStart(8)}  at first load (target 45 kB)\n${String(all).padStart(8)}  all, gzip'd (target 70 kB)`);
  if (all > kAllMax || first > kFirstMax) throw new Error(`too large: all ${all} of ${kAllMax}, first load ${first} of ${kFirstMax} bytes`);
}

async function main() {
  const assets = { ...(await bundle()), "THIRD-PARTY.txt": Buffer.from(thirdParty()) };
  const hash = hashOf(assets), page = Buffer.from(readFileSync(join(here, "src/index.html"), "utf8").replaceAll("HASH", hash).replace("ICON", icon()));
  const all = { ...assets, "index.html": page };
  check(Object.fromEntries(Object.entries(all).map(([n, b]) => [n, gz(b)])));
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  for (const [name, bytes] of Object.entries(all)) writeFileSync(join(dist, name), bytes);
  writeFileSync(join(dist, "sources.sha256"), sources());
  console.log(`dist/ is ${hash}`);
}
await main();
