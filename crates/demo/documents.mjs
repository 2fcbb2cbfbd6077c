// Prints the demo's care instructions as PDF from the texts in data/documents (run by hand after a
// text changed: node crates/demo/documents.mjs). Chromium does the printing; the fonts are the
// theme's, so `node themes/build.mjs` comes first.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "data/documents");
const fonts = join(here, "../../themes/dist/fonts");
const chromium = process.env.VITRINA_CHROMIUM || "chromium";
const text = (s) => s.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function page(source, locale) {
  const [title, ...parts] = source.trim().split(/\n\s*\n/).map((p) => p.replace(/\s*\n\s*/g, " "));
  const maker = parts.pop();
  const body = parts.map((p) => {
    const end = p.indexOf(". ");
    return `<section><h2>${text(p.slice(0, end))}</h2><p>${text(p.slice(end + 2))}</p></section>`;
  });
  const face = (name, file, weight) => `@font-face{font-family:${name};font-weight:${weight};src:url(file://${fonts}/${file})}`;
  const heading = title.charAt(0) + title.slice(1).toLocaleLowerCase(locale);
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><title>${text(heading)}</title><style>
${face("House", "newsreader-500.woff2", 500)}${face("Sans", "source-sans-400.woff2", 400)}${face("Sans", "source-sans-600.woff2", 600)}
@page{size:A4;margin:26mm 30mm}body{font:400 11.5pt/1.6 Sans;color:#1E1C19;margin:0}
h1{font:500 30pt/1.15 House;margin:0 0 14mm}h2{font:600 11.5pt/1.6 Sans;margin:0}
section{display:grid;grid-template-columns:38mm 1fr;gap:6mm;border-top:.25mm solid #E3DDD2;padding:4mm 0;break-inside:avoid}p{margin:0}
footer{border-top:.25mm solid #E3DDD2;padding-top:4mm;margin-top:2mm;color:#625C53;font-size:9.5pt}</style>
<h1>${text(heading)}</h1>${body.join("")}<footer>${text(maker)}</footer></html>`;
}

const work = mkdtempSync(join(tmpdir(), "vitrina-documents-"));
try {
  for (const name of readdirSync(folder).filter((n) => n.endsWith(".txt"))) {
    const html = join(work, "page.html");
    writeFileSync(html, page(readFileSync(join(folder, name), "utf8"), name.split(".")[1]));
    const pdf = join(folder, name.replace(/txt$/, "pdf"));
    const done = spawnSync(chromium, ["--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--no-pdf-header-footer", `--user-data-dir=${join(work, "profile")}`, "--virtual-time-budget=4000", `--print-to-pdf=${pdf}`, `file://${html}`]);
    if (done.status !== 0) throw new Error(`${name}: ${done.stderr}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
