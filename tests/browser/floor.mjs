// Walks over the pages in Chromium 90, the oldest browser that they promise to work in: every page at a
// desk and on a phone without an error of script or style's width; keys, a filter, the live feed, a
// command and a proof. It comes from the registry with the driver of its day, because the driver of
// today asks more of a browser than it has. Says what is wrong, a line each, and ends with the count.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const { base, person, pages, visits = [], form } = JSON.parse(process.argv[2]);
const require = createRequire(import.meta.url);
const driver = require("puppeteer-core");
const wrong = [];
const say = (what) => { wrong.push(what); console.log(what); };

const folder = mkdtempSync(join(tmpdir(), "gridwhistle-floor-"));
const executablePath = join(folder, "chromium");
const packed = join(dirname(require.resolve("chrome-aws-lambda")), "..", "bin", "chromium.br");
writeFileSync(executablePath, brotliDecompressSync(readFileSync(packed)), { mode: 0o755 });
const browser = await driver.launch({
  executablePath, userDataDir: join(folder, "profile"),
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
});
const version = await browser.version();
if (!/\/90\./.test(version)) say(`this is ${version}, not Chromium 90`);

const watched = async (context) => {
  const page = await context.newPage();
  page.on("console", (message) => { if (message.type() === "error") say(`${page.url()}: console: ${message.text()}`); });
  page.on("pageerror", (error) => say(`${page.url()}: script: ${error.message}`));
  return page;
};
const logIn = async (who) => {
  const page = await watched(await browser.createIncognitoBrowserContext());
  await page.setCookie({ name: "gridwhistle_language", value: "zh-CN", url: base });
  await page.goto(`${base}/login?who=${who}&next=/login`);
  await Promise.all([page.waitForNavigation(), page.click("dl.people button")]);
  return page;
};
const until = (page, what, test, ...given) => page.waitForFunction(test, { timeout: 15000 }, ...given)
  .then(() => true, () => { say(`${page.url()}: ${what}`); return false; });

// Style that it does not know is left out by it: of these, pages lose an ornament and nothing else.
const ORNAMENTS = ["accent-color", "box-decoration-break", "print-color-adjust", "text-wrap"];
const styled = async (page) => page.evaluate(async () => {
  const unknown = [];
  for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) {
    const text = (await (await fetch(sheet.href)).text()).replace(/\/\*[^]*?\*\//g, "");
    for (const [, name, value] of text.matchAll(/[{;]\s*([\w-]+)\s*:\s*([^;{}]+)(?=[;}])/g)) {
      if (!name.startsWith("--") && !CSS.supports(name, value.trim())) unknown.push(name);
    }
    for (const [, selector] of text.matchAll(/(?:^|[{}])\s*([^{}@;]+)\{/g)) {
      try { document.querySelector(selector); } catch { unknown.push(selector.trim()); }
    }
    for (const [value] of text.matchAll(/\b(?:oklch|oklab|lch|lab|color-mix|light-dark|color)\([^)]*/g)) unknown.push(value);
  }
  return [...new Set(unknown)];
});

let looked = 0;
for (const { person: who, pages: own } of [{ person, pages }, ...visits]) {
  const page = await logIn(who);
  for (const [width, height] of [[1280, 800], [390, 844]]) {
    await page.setViewport({ width, height });
    for (const path of own.filter((path) => width > 1000 || !path.includes("wall="))) {
      const answer = await page.goto(base + path);
      if (answer.status() !== 200) say(`${path}: ${answer.status()}`);
      const seen = await page.evaluate(() => ({
        sideways: document.documentElement.scrollWidth - innerWidth,
        words: document.querySelector("main").innerText.trim().length,
      }));
      if (seen.sideways > 0) say(`${path} at ${width}: ${seen.sideways} px sideways`);
      if (!seen.words) say(`${path}: nothing to read`);
      looked += 1;
    }
  }
  const proven = own.find((path) => /^\/audit\/events\/\d+$/.test(path));
  if (proven) {
    // Hashes it computes; of the signature it must say that it cannot tell, for it knows no Ed25519.
    await page.goto(base + proven);
    await page.click("form.prove button");
    await until(page, "the proof is not checked", () => document.querySelectorAll("[data-result] li").length === 4
      && document.querySelector("[data-result] .unsigned"));
  }
  await page.browserContext().close();
}

const keys = await logIn(person);
await keys.goto(`${base}/`);
for (const one of await styled(keys)) if (!ORNAMENTS.includes(one)) say(`style: it does not know ${one}`);

// Keys.
await keys.setViewport({ width: 1280, height: 800 });
await keys.keyboard.type("?");
await until(keys, "?: the sheet does not open", () => document.querySelector("#keys").offsetHeight > 0);
await keys.keyboard.press("Escape");
await until(keys, "Escape: the sheet does not close", () => !document.querySelector("#keys").offsetHeight);
await keys.keyboard.type("gl");
await until(keys, "g l: not the ledger", () => location.pathname === "/cases");
await keys.goto(`${base}/cases?sort=oldest`);
await keys.keyboard.type("j");
const row = await keys.$eval("[data-here] a", (link) => link.getAttribute("href"));
await keys.keyboard.press("Enter");
await until(keys, "Enter: not the case", (row) => location.pathname === row, row);

// A filter takes the place of the page before without a load, where the script of others is embedded.
const other = await watched(keys.browserContext());
await other.goto(`${base}/cases`);
const embedded = await other.$("script[src*=htmx]") !== null;
await other.evaluate(() => { window.kept = true; });
await other.click(".filters button");
await until(other, "the filter is not in the address", () => location.search !== "");
if (embedded) await until(other, "a filter loads the whole page", () => window.kept && document.activeElement.id === "main");

// A command by its form moves a page that somebody else looks at.
const before = await other.$eval("#stand", (stand) => stand.dataset.position);
await keys.goto(base + form);
await keys.type("form.command textarea", "请尽快");
await Promise.all([keys.waitForNavigation(), keys.click("form.command button.primary")]);
await until(keys, "no receipt", () => document.querySelector(".receipt"));
if (embedded) await until(other, "the live feed moves nothing", (before) => document.querySelector("#stand").dataset.position !== before, before);

await browser.close();
rmSync(folder, { recursive: true, force: true });
console.log(`looked ${looked} times, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
