// backend/dashboard/watch.mjs - for who changes the dashboard: serves src/ as it is now and passes the rest on to a picket that runs.
//
//   ./dev dashboard watch [http://127.0.0.1:3000]
import { context } from "esbuild";
import { createServer, request } from "node:http";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const here = fileURLToPath(new URL(".", import.meta.url)), backend = new URL(process.argv[2] ?? "http://127.0.0.1:3000"), kPort = 3100;
const kTypes = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", map: "application/json" };
let made = new Map();

const keep = { name: "keep", setup(b) { b.onEnd((r) => { made = new Map((r.outputFiles ?? []).map((f) => [f.path.split("/").pop(), f.contents])); console.log(`built, ${r.errors.length} errors`); }); } };
const bundle = await context({ absWorkingDir: here, entryPoints: { app: "src/main.tsx" }, outdir: "dist", bundle: true, write: false, format: "esm", splitting: true, target: "es2022", sourcemap: true,
  jsx: "automatic", jsxImportSource: "preact", entryNames: "[name]", chunkNames: "[name]", plugins: [keep] });
await bundle.watch();

/** The Host stays ours to them, or the backend would take us for another origin. */
function pass(q, r) {
  const headers = { ...q.headers, host: backend.host, ...(q.headers.origin ? { origin: backend.origin } : {}) };
  const up = request({ host: backend.hostname, port: backend.port || 80, method: q.method, path: q.url, headers }, (a) => { r.writeHead(a.statusCode, a.headers); a.pipe(r); });
  up.on("error", (e) => { r.writeHead(502); r.end(String(e)); });
  q.pipe(up);
}

function serve(q, r) {
  const name = /^\/_\/[^/]+\/([\w.-]+)$/.exec(q.url)?.[1];
  if (/^\/(api|auth|health|ready|version)(\/|\?|$)/.test(q.url)) return pass(q, r);
  if (!name) { r.writeHead(200, { "Content-Type": "text/html" }); return r.end(readFileSync(join(here, "src/index.html"), "utf8").replaceAll("HASH", "watch").replace("ICON", "data:,")); }
  const bytes = made.get(name);
  r.writeHead(bytes ? 200 : 404, { "Content-Type": kTypes[name.split(".").pop()] ?? "text/plain", "Cache-Control": "no-store" });
  return r.end(bytes);
}
createServer(serve).listen(kPort, "127.0.0.1", () => console.log(`http://127.0.0.1:${kPort}, with the API of ${backend.origin}`));
