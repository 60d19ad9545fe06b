// Walks over the pages in a real browser: no violation of axe's rules, no error on the console, no
// request to another host, no sideways scroll, the same content without script; keys, the live feed
// and a command given by a form. Says what is wrong, a line each, and ends with the count.
import { chromium } from "playwright-core";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { base, browser: executablePath, person, pages, visits = [], snapshots = {}, form, brief } = JSON.parse(process.argv[2]);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LANGUAGES = brief ? ["zh-CN"] : ["zh-CN", "en"];
const SIZES = brief ? { desk: [1280, 800] } : { desk: [1280, 800], phone: [390, 844], zoom: [720, 450] };
// Words and widths do not hang on the colours, nor colours on the words: over desk and phone every page
// is seen by axe in each pair of language and theme once, at twice the size its width is enough.
const COLOURS = brief ? { desk: { "zh-CN": "light" } }
  : { desk: { "zh-CN": "light", en: "dark" }, phone: { "zh-CN": "dark", en: "light" }, zoom: { "zh-CN": "light", en: "light" } };
const wrong = [];
const say = (what) => { wrong.push(what); console.log(what); };

const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const logIn = async (context, who = person) => {
  const page = await context.newPage();
  await page.goto(`${base}/login?who=${who}&next=/login`);
  await page.locator("dl.people button").first().click();
  await page.waitForURL(`${base}/login`);
  return page;
};

const watched = (page) => {
  page.on("console", (message) => {
    if (message.type() === "error") say(`${page.url()}: console: ${message.text()}`);
  });
  page.on("pageerror", (error) => say(`${page.url()}: script: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) say(`${page.url()}: asked ${request.url()}`);
  });
  return page;
};

// What a screen reader is told of a page stands in a file; UPDATE_EXPECT=1 writes it anew.
const held = async (page, path) => {
  const file = new URL(`aria/${snapshots[path]}.yml`, import.meta.url);
  // The frame is that of the first page; the id of a case that a resident reported is by chance.
  const all = await page.locator(path === "/" ? "body" : "main").ariaSnapshot();
  const told = `${all.replace(/[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]{21}/g, "ID")}\n`;
  if (process.env.UPDATE_EXPECT) {
    mkdirSync(new URL("aria", import.meta.url), { recursive: true });
    writeFileSync(file, told);
    return;
  }
  const kept = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (kept === told) return;
  const [before, now] = [kept, told].map((text) => text.split("\n"));
  const at = now.findIndex((line, no) => line !== before[no]);
  say(`${path}: ${file.pathname.split("/").slice(-2).join("/")}:${at + 1}: it was "${before[at] ?? ""}", it is "${now[at] ?? ""}"`);
};

const look = async (page, path, name, sharply = true) => {
  const answer = await page.goto(base + path);
  if (answer.status() !== 200) say(`${name}: ${answer.status()}`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (width > 0) say(`${name}: ${width} px sideways`);
  if (!sharply) return;
  await page.evaluate(axe);
  const found = await page.evaluate(
    (rules) => window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), RULES);
  for (const one of found.violations) {
    for (const node of one.nodes.slice(0, 3)) say(`${name}: ${one.id}: ${node.target} ${node.failureSummary?.split("\n")[1] ?? ""}`);
  }
};

const paint = (context, theme) => context.addCookies([{ name: "gridwhistle_theme", value: theme, url: base }]);

// Every page, in both languages, light and dark, at a desk, on a phone, at twice the size: those of the
// first person, and those of others, who see what the first one does not.
let looked = 0;
for (const { person: who, pages: own } of [{ person, pages }, ...visits]) {
  for (const language of LANGUAGES) {
    const context = await browser.newContext({ locale: language });
    await context.addCookies([{ name: "gridwhistle_language", value: language, url: base }]);
    const page = watched(await logIn(context, who));
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      const theme = COLOURS[size][language];
      await paint(context, theme);
      await page.setViewportSize({ width, height });
      for (const path of own.filter((path) => !path.includes("wall="))) {
        await look(page, path, `${path} ${language} ${theme} ${size}`, size !== "zoom");
        if (language === "zh-CN" && size === "desk" && snapshots[path] && who === person) await held(page, path);
        looked += 1;
      }
    }
    await page.setViewportSize({ width: 1920, height: 1080 });
    for (const path of own.filter((path) => path.includes("wall="))) {
      for (const theme of new Set(Object.values(COLOURS).map((themes) => themes[language]))) {
        await paint(context, theme);
        await look(page, path, `${path} ${language} ${theme}`);
        const high = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
        if (high > 0) say(`${path}: a wall must not scroll: ${high} px`);
        const small = await page.evaluate(() => [...document.querySelectorAll("main *")]
          .filter((one) => one.childNodes.length && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
          .map((one) => parseFloat(getComputedStyle(one).fontSize)).filter((size) => size < 28));
        if (small.length) say(`${path}: words of ${Math.min(...small)} px on a wall`);
        looked += 1;
      }
    }
    await context.close();
  }
}
for (const { person: who, pages: own } of visits) {
  const [one, other] = await Promise.all([true, false].map(async (javaScriptEnabled) => {
    const context = await browser.newContext({ locale: "zh-CN", javaScriptEnabled });
    return logIn(context, who);
  }));
  for (const path of own) {
    const texts = [];
    for (const page of [one, other]) {
      await page.goto(base + path);
      texts.push((await page.locator("main").innerText()).replace(/\s+/g, " "));
    }
    if (texts[0] !== texts[1]) say(`${path}: other content without script`);
  }
  // A proof is checked on this machine: it holds, and no longer when one letter of it is another.
  const proven = own.find((path) => /^\/audit\/events\/\d+$/.test(path));
  if (proven) {
    await one.goto(base + proven);
    const result = one.locator("[data-result]");
    await one.locator("form.prove button").click();
    await result.locator(".holds").waitFor({ timeout: 5000 }).catch(async () => {
      say(`${proven}: the proof does not hold: ${await result.innerText()}`);
    });
    const extra = await one.locator("#proof").inputValue();
    const at = extra.indexOf("extra ") + 60;
    await one.locator("#proof").fill(extra.slice(0, at) + (extra[at] === "A" ? "B" : "A") + extra.slice(at + 1));
    await one.locator("form.prove button").click();
    await result.locator(".holds-not").waitFor({ timeout: 5000 }).catch(() => say(`${proven}: a changed proof holds`));
  }
  await one.context().close();
  await other.context().close();
}

// Without script the same content.
const [scripted, plain] = await Promise.all([true, false].map(async (javaScriptEnabled) => {
  const context = await browser.newContext({ locale: "zh-CN", javaScriptEnabled });
  return logIn(context);
}));
for (const path of pages) {
  const texts = [];
  for (const page of [scripted, plain]) {
    await page.goto(base + path);
    texts.push((await page.locator("main").innerText()).replace(/\s+/g, " "));
  }
  if (texts[0] !== texts[1]) say(`${path}: other content without script`);
}

// Keys.
const keys = watched(scripted);
await keys.goto(`${base}/`);
await keys.keyboard.press("?");
if (!(await keys.locator("#keys").isVisible())) say("?: the sheet does not open");
await keys.keyboard.press("Escape");
if (await keys.locator("#keys").isVisible()) say("Escape: the sheet does not close");
await keys.keyboard.press("g");
await keys.keyboard.press("l");
await keys.waitForURL(`${base}/cases`);
await keys.goto(`${base}/cases?sort=oldest`);
await keys.keyboard.press("j");
const row = await keys.locator("[data-here] a").first().getAttribute("href");
await keys.keyboard.press("Enter");
await keys.waitForURL(base + row);
await keys.keyboard.press("ArrowLeft");
await keys.waitForURL(/as_of=/);
await keys.locator("#stand[data-past]").waitFor();
await keys.keyboard.press("/");
if ((await keys.evaluate(() => document.activeElement.id)) !== "search") say("/: no search");

// A page that is read on takes the place of the one before without a load: address, way back and keys
// follow.
const other = await scripted.context().newPage();
await other.goto(`${base}/cases`);
const embedded = await other.locator("script[src*=htmx]").count() > 0;
if (embedded) {
  const swapped = (what) => other.waitForFunction(() => document.activeElement.id === "main", undefined, { timeout: 5000 })
    .catch(() => say(`/cases: ${what}: the keys are not at the content`));
  await other.evaluate(() => { window.kept = true; });
  await other.locator(".filters button").first().click();
  await other.waitForURL(/\/cases\?/);
  await swapped("a filter");
  await other.evaluate(() => document.activeElement.blur());
  await other.goBack();
  await other.waitForURL(`${base}/cases`);
  await swapped("the way back");
  await other.locator(".filters button").first().click();
  await other.waitForURL(/\/cases\?/);
  await swapped("a filter again");
  if (!(await other.evaluate(() => window.kept))) say("/cases: a filter loads the whole page");
}

// A command by its form moves a page that somebody else looks at, by one question.
const before = await other.locator("#stand").getAttribute("data-position");
const asked = [];
other.on("request", (request) => { if (request.headers()["hx-request"]) asked.push(request.url()); });
await keys.goto(base + form);
await keys.locator("form.command textarea").fill("请尽快");
await keys.locator("form.command button.primary").click();
await keys.waitForURL(/done=/);
if (!(await keys.locator(".receipt").isVisible())) say(`${form}: no receipt`);
// Without the script of others, which is embedded where it is installed, pages stand still.
if (embedded) {
  const moved = other.waitForFunction(
    (before) => document.querySelector("#stand").dataset.position !== before, before, { timeout: 15000 });
  await moved.catch(() => say("the live feed moves nothing"));
  if (asked.length > 1) say(`the live feed asks ${asked.length} times`);
  // A page whose feed is lost says so, and takes it back when it is there again.
  const lost = other.locator("#stand .lost");
  await other.context().setOffline(true);
  await lost.waitFor({ state: "visible", timeout: 30000 }).catch(() => say("a lost feed is not told of"));
  await other.context().setOffline(false);
  await lost.waitFor({ state: "hidden", timeout: 30000 }).catch(() => say("a feed that is back is still told as lost"));
}

await browser.close();
console.log(`looked ${looked} times, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
