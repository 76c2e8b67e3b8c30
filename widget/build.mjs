// Builds what the gateway serves: the loader, the chat and its texts with their hashes in their names,
// the script that marks terms, and a manifest.
//
//   node build.mjs [FOLDER]
//
// Ends with status 1 if a file is larger than its budget.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { minify } from "terser";
import { build } from "vite";

const BUDGET = { loader: 3 * 1024, core: 55 * 1024, underline: 4 * 1024 }; // bytes, gzip -9
const HERE = fileURLToPath(new URL(".", import.meta.url));
const folder = resolve(process.argv[2] ?? join(HERE, "dist"));

/** Of marked we need the lexer; its ready-made instance would hold all the rest. */
const lexerOnly = {
  name: "lexer-only",
  transform(code, id) {
    if (!id.includes("/marked/")) {
      return null;
    }
    const cut = code.replace(/var \w+=new \w+;function \w+\(\w+,\w+\)\{return[^]*?export\{[^}]*?(\w+) as Lexer[^}]*\};/, "export{$1 as Lexer};");
    if (cut === code) {
      throw new Error("marked is built in another way than we know: look for its lexer anew");
    }
    return cut;
  },
};

/** Of Socket.IO we leave out what the gateway does not speak, WebTransport and binary messages, and changing over to a better transport. */
const LEFT_OUT = {
  "./webtransport.js": "export class WT {}",
  "./contrib/base64-arraybuffer.js": "export const decode = () => undefined;",
  "./is-binary.js": "export const hasBinary = () => false, isBinary = hasBinary;",
  "./binary.js": "export const deconstructPacket = (packet) => ({ packet, buffers: [] }), reconstructPacket = (packet) => packet;",
};
const onlyText = {
  name: "only-text",
  enforce: "pre",
  resolveId: (source, importer) => (source in LEFT_OUT && /\/(engine|socket)\.io-/.test(importer) ? `\0${source}` : null),
  load: (id) => LEFT_OUT[id.slice(1)] ?? null,
  transform(code, id) {
    if (!id.endsWith("/engine.io-client/build/esm/socket.js")) {
      return null;
    }
    const cut = code.replace(/\n    _probe\(name\) \{[^]*?\n    \}\n/, "\n    _probe() {}\n");
    if (cut === code) {
      throw new Error("engine.io-client is built in another way than we know: look for _probe anew");
    }
    return cut;
  },
};

/** Blanks, and remarks in styles, are for those who read the sources. */
const noBlanks = {
  name: "no-blanks",
  enforce: "pre",
  transform: (code, id) =>
    id.startsWith(`${HERE}src/ui/`) ? code.replaceAll(/`\n(?=:host)[^`$]*`/g, tightStyle).replaceAll(/\n\s+/g, "\n") : null,
};

function tightStyle(style) {
  return style.replaceAll(/\/\*.*?\*\//g, "").replaceAll(/\s*([{};,>])\s*/g, "$1").replaceAll(/: (?=[^{}]*[;}])/g, ":").replaceAll(";}", "}").replaceAll(/\s+/g, " ");
}

/** @returns the entry first, then what it imports when it is needed. */
async function bundled(entry, format, define) {
  const made = await build({
    // Of the client its manager is used, not what keeps managers for whole programs.
    resolve: { alias: { "socket.io-client": join(HERE, "node_modules/socket.io-client/build/esm/manager.js") } },
    configFile: false, root: HERE, logLevel: "warn", mode: "production", define, plugins: [lexerOnly, onlyText, noBlanks],
    build: {
      write: false, target: "es2022", minify: false, modulePreload: false,
      rolldownOptions: { output: { chunkFileNames: "[name].js" } },
      lib: { entry: join(HERE, entry), formats: [format], name: "termwiseLoader", fileName: "out" },
    },
  });
  const chunks = [made].flat().flatMap((output) => output.output).filter((file) => file.type === "chunk");
  chunks.sort((a, b) => Number(b.isEntry) - Number(a.isEntry));
  return Promise.all(chunks.map(async ({ fileName, code }) => ({ fileName, code: await tight(code, format) })));
}

/** Names that Socket.IO's client keeps to itself may be shorter; what it writes on the wire may not. */
const properties = { regex: /^_[a-zA-Z]+$/, reserved: ["_placeholder"] };

async function tight(code, format) {
  const { code: made } = await minify(code, {
    module: format === "es", ecma: 2020, mangle: { properties }, format: { comments: false },
    compress: { ecma: 2020, passes: 6, keep_fargs: false, pure_getters: true, reduce_funcs: false, unsafe_arrows: true },
  });
  return made;
}

function hashed(name, code) {
  return `${name}-${createHash("sha256").update(code).digest("hex").slice(0, 16)}.js`;
}

function described(file, code) {
  const content = Buffer.from(code);
  return {
    file,
    integrity: `sha384-${createHash("sha384").update(content).digest("base64")}`,
    bytes: content.length,
    gzip: gzipSync(content, { level: 9 }).length,
  };
}

const files = {};
const keep = (file, code) => {
  files[file] = code;
  return described(file, code);
};

let [{ code: chat }, ...more] = await bundled("src/index.ts", "es", {});
const texts = {};
for (const { fileName, code } of more) {
  const language = fileName.replace(/\.js$/, "");
  texts[language] = keep(hashed(`texts-${language}`, code), code);
  chat = chat.replaceAll(`./${fileName}`, `./${texts[language].file}`);
}
const core = keep(hashed("core", chat), chat);
const short = ({ file, integrity }) => [file, integrity];
const fetched = { core: short(core), texts: Object.fromEntries(Object.entries(texts).map(([name, file]) => [name, short(file)])) };
const [{ code: start }] = await bundled("src/loader.ts", "iife", { BUILT: JSON.stringify(fetched) });
const loader = keep("widget.js", start);
const [{ code: marks }] = await bundled("src/underline/underline.ts", "iife", {});
const underline = keep("underline.js", marks);

/** The licences of what is in the bundles, which they ask to be handed on with it. */
function licences() {
  const bundled = ["lit", "lit-html", "lit-element", "@lit/reactive-element", "marked", "socket.io-client", "engine.io-client",
    "socket.io-parser", "engine.io-parser", "@socket.io/component-emitter"];
  const one = (name) => {
    const place = join(HERE, "node_modules", name);
    const file = readdirSync(place).find((found) => /^licen[cs]e/i.test(found));
    const { version, license } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(place, file), "utf8") : ""}`;
  };
  return bundled.map(one).join(`\n${"-".repeat(72)}\n\n`);
}
files["licenses.txt"] = licences();

const fresh = `${folder}.new`;
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
Object.entries(files).forEach(([file, code]) => writeFileSync(join(fresh, file), code));
writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify({ version: 1, loader, core, texts, underline }, null, 2)}\n`);
rmSync(folder, { recursive: true, force: true });
renameSync(fresh, folder);

for (const [name, file] of Object.entries({ loader, core, underline })) {
  const fits = file.gzip <= BUDGET[name];
  console.log(`${name}: ${file.gzip} bytes gzip of ${BUDGET[name]} (${file.file}, ${file.bytes} bytes)${fits ? "" : ": too large"}`);
  process.exitCode ||= fits ? 0 : 1;
}
console.log(`${folder}: ${readdirSync(folder).join(", ")}`);
