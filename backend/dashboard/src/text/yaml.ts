// backend/dashboard/src/text/yaml.ts - an object as YAML that `picket ctl create` takes back.

const kWord = /^[A-Za-z_./][\w./@ -]*$/;
const kReserved = /^(true|false|null|yes|no|on|off|y|n|~|\.inf|\.nan)$/i;

function scalar(v: unknown): string {
  if (typeof v !== "string") return JSON.stringify(v ?? null);
  return kWord.test(v) && !kReserved.test(v) && v.trimEnd() === v ? v : JSON.stringify(v).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/g, escaped);
}
const escaped = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;

function lines(v: unknown, indent: string): string[] {
  if (Array.isArray(v)) return v.flatMap((x) => item(x, indent));
  return Object.entries(v as object).filter(([, x]) => x !== null && x !== undefined).flatMap(([k, x]) => pair(k, x, indent));
}

const isEmpty = (v: unknown) => v === null || typeof v !== "object" || Object.keys(v).length === 0;
const empty = (v: unknown) => (Array.isArray(v) ? "[]" : v && typeof v === "object" ? "{}" : scalar(v));

function item(v: unknown, indent: string): string[] {
  if (isEmpty(v)) return [`${indent}- ${empty(v)}`];
  const [first = "", ...rest] = lines(v, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function pair(key: string, v: unknown, indent: string): string[] {
  const name = `${indent}${scalar(key)}:`;
  if (isEmpty(v)) return [`${name} ${empty(v)}`];
  return [name, ...lines(v, indent + (Array.isArray(v) ? "" : "  "))];
}

/** As `picket ctl dump` writes it: type, version, metadata, spec. */
export function yaml(type: string, object: Record<string, unknown>): string {
  const { metadata, ...spec } = object;
  return `${lines({ type, api_version: "core/v2", metadata: metadata ?? {}, spec }, "").join("\n")}\n`;
}
