// backend/dashboard/test/run.mjs - runs the tests: those of units are bundled first, since they are TypeScript; those in a browser come one file after
// the other, for the machine's sake.
//
//   node test/run.mjs [unit|browser] [NAME [PATTERN]]    of the file, and of the story
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url)), [kind = "", name = "", pattern = ""] = process.argv.slice(2);
const chosen = (folder, ending) => readdirSync(join(here, folder)).filter((f) => f.endsWith(ending) && f.includes(name)).map((f) => join(here, folder, f));
process.chdir(join(here, ".."));
const run = (files, ...options) => spawnSync(process.execPath, ["--test", ...options, ...files], { stdio: "inherit", env: { ...process.env, TZ: "Europe/Berlin" } }).status ?? 1;

async function units() {
  const out = mkdtempSync(join(tmpdir(), "dashboard-"));
  await build({ entryPoints: chosen("unit", ".test.ts"), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true, platform: "node", format: "esm", target: "node18", jsx: "automatic", jsxImportSource: "preact", loader: { ".json": "json" }, logLevel: "warning" });
  const status = run(readdirSync(out).map((f) => join(out, f)));
  rmSync(out, { recursive: true });
  return status;
}

let failed = 0;
if (kind !== "browser") failed |= await units();
if (kind !== "unit") for (const file of chosen("browser", ".test.mjs")) failed |= run([file], ...(pattern ? [`--test-name-pattern=${pattern}`] : []));
console.log(`${failed ? 0 : 1} passed, ${failed ? 1 : 0} failed`);
process.exitCode = failed ? 1 : 0;
