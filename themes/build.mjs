// Lays into dist/ what the themes take from npm. `npm ci && npm run build` in this folder;
// without Node nothing is missing but the fonts and the office's bundle.
//
// Each job writes below dist/; a job that fails fails the build.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import subset from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const packageOf = createRequire(import.meta.url);
const fileOf = (name, path) => join(dirname(packageOf.resolve(`${name}/package.json`)), path);

async function put(path, bytes) {
  await mkdir(dirname(join(dist, path)), { recursive: true });
  await writeFile(join(dist, path), bytes);
}

// One file a cut holds every letter of Latin-script Europe (ąčęėįšųūž, äöüß, āēģķļņ, õ, łńśźż …)
// and the signs of a shop, so a page needs three requests instead of six.
const LETTERS = (() => {
  const ranges = [[0x20, 0x7e], [0xa0, 0x17f], [0x218, 0x21b]];
  const signs = "–—‘’‚“”„†•…‰‹›€−×≈≤≥→←↑↓✓№™";
  return ranges.map(([from, to]) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i))).join("") + signs;
})();

const CUTS = [
  { family: "Newsreader", weight: 500, from: ["@expo-google-fonts/newsreader", "500Medium/Newsreader_500Medium.ttf"], to: "newsreader-500" },
  { family: "Source Sans 3", weight: 400, from: ["@expo-google-fonts/source-sans-3", "400Regular/SourceSans3_400Regular.ttf"], to: "source-sans-400" },
  { family: "Source Sans 3", weight: 600, from: ["@expo-google-fonts/source-sans-3", "600SemiBold/SourceSans3_600SemiBold.ttf"], to: "source-sans-600" },
];

async function fonts() {
  const rules = [];
  for (const cut of CUTS) {
    const font = await subset(await readFile(fileOf(...cut.from)), LETTERS, { targetFormat: "woff2" });
    await put(`fonts/${cut.to}.woff2`, font);
    rules.push(
      `@font-face { font-family: "${cut.family}"; font-weight: ${cut.weight}; font-style: normal; font-display: swap; src: url(asset:fonts/${cut.to}.woff2) format("woff2"); }`,
    );
  }
  await put("fonts/fonts.css", rules.join("\n") + "\n");
  for (const [name, to] of [["@expo-google-fonts/newsreader", "newsreader"], ["@expo-google-fonts/source-sans-3", "source-sans"]]) {
    await put(`fonts/${to}-OFL.txt`, await readFile(fileOf(name, "LICENSE_FONT")));
  }
}

// Documents are set from whole fonts: the typesetter takes what a page needs, and a customer's
// name may hold a letter that no page of the shop has.
async function print() {
  for (const cut of CUTS) await put(`print/${cut.to}.ttf`, await readFile(fileOf(...cut.from)));
}

// The office's script with htmx inside. Under the office's content security policy nothing is
// evaluated from text, so htmx keeps to attributes that name requests and targets.
async function office() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(here, "office/office.js")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    legalComments: "none",
  });
  await put("office/office.js", outputFiles[0].contents);
  await put("office/htmx-LICENSE.txt", await readFile(fileOf("htmx.org", "LICENSE")));
}

async function clean() {
  for (const entry of await readdir(dist).catch(() => [])) {
    if (entry !== "README.md") await rm(join(dist, entry), { recursive: true });
  }
}

async function listed(folder = dist, at = "") {
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name))) {
    const path = join(at, entry.name);
    if (entry.isDirectory()) await listed(join(folder, entry.name), path);
    else {
      const bytes = await readFile(join(folder, entry.name));
      console.log(`${path}  ${bytes.length} bytes  ${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}`);
    }
  }
}

await clean();
await fonts();
await print();
await office();
await listed();
