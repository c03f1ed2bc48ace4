// backend/dashboard/test/unit/sources.test.ts - what no source may do: write markup, evaluate text, style by attribute, ask another origin.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const top = join(process.cwd(), "src");
const files = (folder: string): string[] => readdirSync(folder, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? files(join(folder, e.name)) : [join(folder, e.name)]));
const kForbidden = [/innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|DOMParser|createContextualFragment/, /\beval\(|new Function|setTimeout\(\s*["'`]/, /style="|style='|\.cssText|setAttribute\(\s*["']style/, /fetch\(\s*["'`]https?:|EventSource|sendBeacon|XMLHttpRequest|WebSocket/, /document\.cookie/];

for (const file of files(top).filter((f) => /\.tsx?$/.test(f)))
  test(file.slice(top.length + 1), () => {
    const text = readFileSync(file, "utf8"), name = file.slice(top.length + 1);
    for (const bad of kForbidden) assert.ok(!bad.test(text), `${name} has ${bad}`);
    if (!name.endsWith(".d.ts")) assert.ok(text.startsWith(`// backend/dashboard/src/${name} - `), `${name}: the first line says what it is`);
    assert.ok(text.split("\n").length <= 500);
  });
