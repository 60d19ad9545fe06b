// Measures pages in a real browser on a demo city of its own: first view with an empty cache, what comes
// over the wire, script, how long a key takes, and how long it takes from a click to the paint of what
// it leads to. Beside them what the same takes on an empty page, which is this browser and this machine
// alone. `node measure.mjs PROGRAM CASES ROUNDS` prints two tables.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [program, cases = "3000", rounds = "5"] = process.argv.slice(2);
const executablePath = [process.env.GRIDWHISTLE_BROWSER, "/usr/bin/chromium", "/usr/bin/chromium-browser"]
  .find((path) => path && existsSync(path));
const folder = mkdtempSync(join(tmpdir(), "gridwhistle-pages-"));
const base = "http://127.0.0.1:8099";
const server = spawn(program, ["demo", "--serve", "--force", "--cases", cases, "--dir", join(folder, "city"),
  "--listen", base.slice(7)], { stdio: ["ignore", "inherit", "inherit"] });
const stop = () => { server.kill("SIGTERM"); rmSync(folder, { recursive: true, force: true }); };
process.on("exit", stop);
for (let tries = 0; ; tries += 1) {
  if (await fetch(`${base}/livez`).then((answer) => answer.ok, () => false)) break;
  if (tries > 1200) { console.error("the demo city does not answer"); process.exit(1); }
  await new Promise((done) => { setTimeout(done, 500); });
}

const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const logIn = async () => {
  const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${base}/login?who=dispatcher`);
  await page.locator("dl.people button").first().click();
  await page.waitForURL(`${base}/`);
  return [context, page];
};
const [first, desk] = await logIn();
await desk.goto(`${base}/cases?open_only=true`);
const one = await desk.locator("[data-row] a").first().getAttribute("href");
// The newest case has hardly a past; the last one of the page has.
const old = await desk.locator("[data-row] a[href^='/cases/']").last().getAttribute("href");
await first.close();

const pages = ["/", "/?wall=1", "/cases", "/lists/overdue", one, "/evaluations", "/reports/departments",
  "/reports/matrix", "/reports/ranking", "/matters", "/track"];
const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

// From a key to the next paint, as the browser itself tells it (Event Timing), and none below 16 ms.
const keyed = async (page) => {
  await page.evaluate(() => {
    window.keyTook = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === "keydown") window.keyTook = Math.max(window.keyTook, entry.duration);
    }).observe({ type: "event", durationThreshold: 16 });
  });
  await page.keyboard.press("?");
  await page.waitForTimeout(500);
  return page.evaluate(() => window.keyTook);
};
// The same on a page of one line that writes another.
const bare = { keys: [], presses: [] };
for (let round = 0; round < Number(rounds); round += 1) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${base}/livez`);
  await page.evaluate(() => addEventListener("keydown", () => { document.body.textContent = "a key"; }));
  bare.keys.push(await keyed(page));
  await page.evaluate(() => {
    window.took = new Promise((told) => {
      addEventListener("click", async () => {
        const begun = performance.now();
        document.body.textContent = await (await fetch("/livez")).text();
        requestAnimationFrame(() => requestAnimationFrame(() => told(performance.now() - begun)));
      });
    });
  });
  await page.mouse.click(200, 200);
  bare.presses.push(await page.evaluate(() => window.took));
  await context.close();
}
const rows = [];
for (const path of pages) {
  const seen = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const [context, page] = await logIn();
    const session = await context.newCDPSession(page);
    await session.send("Network.clearBrowserCache");
    await page.goto(base + path);
    await page.waitForLoadState("load");
    seen.push(await page.evaluate(async () => {
      const paint = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
      for (let tries = 0; paint() === undefined && tries < 100; tries += 1) await new Promise((done) => { setTimeout(done, 20); });
      const [navigation] = performance.getEntriesByType("navigation");
      const resources = performance.getEntriesByType("resource");
      const bytes = (all) => all.reduce((sum, one) => sum + one.encodedBodySize, 0);
      return {
        paint: paint(), answer: navigation.responseStart, html: navigation.encodedBodySize,
        script: bytes(resources.filter((one) => one.initiatorType === "script")), style: bytes(resources.filter((one) => one.initiatorType === "link")),
      };
    }));
    if (!path.includes("wall=")) {
      seen.at(-1).key = await keyed(page);
      await page.locator("#keys").waitFor({ state: "visible", timeout: 2000 });
    }
    await context.close();
  }
  const of = (name) => median(seen.map((one) => one[name]));
  rows.push({ page: path.replace(/[0-9a-f-]{36}/, "ID"), "first view ms": Math.round(of("paint")), "answer ms": Math.round(of("answer")),
    "html KB": (of("html") / 1024).toFixed(1), "script KB": (of("script") / 1024).toFixed(1), "style KB": (of("style") / 1024).toFixed(1),
    "key ms": seen[0].key === undefined ? "–" : Math.round(of("key")) });
}

// From a press on a link or button to the first paint of the page that it leads to: style and script are
// in the browser's cache, as they are for whoever works here.
const clicks = [
  ["a case of the ledger", "/cases?open_only=true", "[data-row] a"],
  ["the next page of the ledger", "/cases", ".pager a"],
  ["the ledger, filtered", "/cases", ".filters button"],
  ["another overdue list", "/lists/overdue", ".tabs a:not([aria-current])"],
  ["a case, one event earlier", old, ".travel a.step"],
  ["a column sorted", "/reports/departments", "table.report thead a"],
  ["a department opened", "/reports/departments", "[data-row] a, table.report tbody a"],
  ["a share opened to its cases", "/reports/departments", "table.report tbody td a[href*='explain']"],
  ["a form of a command", one, ".commands a"],
];
// From the press to the paint of where it leads. Kept from htmx, each is a load of a whole page: the baseline.
const press = async (path, link, whole) => {
  const [context, page] = await logIn();
  await page.goto(base + path);
  await page.waitForTimeout(200);
  let took = null;
  if (await page.locator(link).count()) {
    await page.evaluate((whole) => {
      const now = () => performance.timeOrigin + performance.now();
      if (whole) for (const name of ["click", "submit"]) addEventListener(name, (event) => event.stopPropagation(), { capture: true });
      addEventListener("click", () => { sessionStorage.setItem("pressed", String(now())); }, { capture: true, once: true });
      // Where a page takes the place of another without a load, its paint lies before the second frame.
      addEventListener("htmx:after:swap", () => requestAnimationFrame(() => requestAnimationFrame(() => {
        sessionStorage.setItem("painted", String(now()));
      })));
    }, whole);
    await page.locator(link).first().click();
    for (let tries = 0; took === null && tries < 50; tries += 1) {
      await new Promise((done) => { setTimeout(done, 100); });
      took = await page.evaluate(() => {
        const [at, painted] = ["pressed", "painted"].map((name) => Number(sessionStorage.getItem(name)));
        if (painted) return painted - at;
        const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
        return paint !== undefined && performance.timeOrigin > at ? performance.timeOrigin + paint - at : null;
      }).catch(() => null);
    }
  }
  await context.close();
  return took;
};
const pressed = [];
for (const [name, path, link] of clicks) {
  const took = { own: [], whole: [] };
  for (let round = 0; round < Number(rounds); round += 1) {
    took.own.push(await press(path, link, false));
    took.whole.push(await press(path, link, true));
  }
  const of = (all) => (all.includes(null) ? "no such link" : Math.round(median(all)));
  pressed.push({ press: name, "to paint ms": of(took.own), "as a whole load ms": of(took.whole) });
}
await browser.close();
console.log(`${cases} cases, median of ${rounds}, cache empty, ${cpus().length} × ${cpus()[0].model}, Chromium ${browser.version()}`);
console.log(`an empty page: a key ${Math.round(median(bare.keys))} ms, a press that asks and writes one line ${Math.round(median(bare.presses))} ms`);
console.table(rows);
console.table(pressed);
process.exit(0);
