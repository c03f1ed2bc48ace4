// backend/dashboard/test/run.mjs - runs the tests: those of units are bundled first, since they are TypeScript; those in a browser come one file after
// the other, for the machine's sake.
//
//   node test/run.mjs [unit|browser] [FILE [STORY]]    regular expressions
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url)), [kind = "", name = "", pattern = ""] = process.argv.slice(2);
const chosen = (folder, ending) => readdirSync(join(here, folder)).filter((f) => f.endsWith(ending) && new RegExp(name).test(f)).map((f) => join(here, folder, f));
const sum = { pass: 0, fail: 0 };
process.chdir(join(here, ".."));

/** Shows what the tests say, and counts them. */
function run(files, ...options) {
  const child = spawn(process.execPath, ["--test", "--test-reporter=tap", ...options, ...files], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, TZ: "Europe/Berlin" } });
  let text = "";
  child.stdout.on("data", (piece) => { text += piece; process.stdout.write(piece); });
  return new Promise((ok) => child.on("close", (status) => {
    const counted = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
    sum.pass += counted("pass");
    sum.fail += counted("fail") || (status ? 1 : 0);
    ok();
  }));
}

async function units() {
  const out = mkdtempSync(join(tmpdir(), "dashboard-"));
  await build({ entryPoints: chosen("unit", ".test.ts"), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true, platform: "node", format: "esm", target: "node18", jsx: "automatic", jsxImportSource: "preact", loader: { ".json": "json" }, logLevel: "warning" });
  await run(readdirSync(out).map((f) => join(out, f)));
  rmSync(out, { recursive: true });
}

if (kind !== "browser") await units();
if (kind !== "unit") for (const file of chosen("browser", ".test.mjs")) await run([file], ...(pattern ? [`--test-name-pattern=${pattern}`] : []));
console.log(`${sum.pass} passed, ${sum.fail} failed`);
process.exitCode = sum.fail ? 1 : 0;
