// Walks over the pages in a real browser: no violation of axe's rules, no error on the console, no
// request to another host, no sideways scroll, the same content without script; keys, the live feed
// and a command given by a form. Says what is wrong, a line each, and ends with the count.
import { chromium } from "playwright-core";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { base, browser: executablePath, person, pages, visits = [], others = [], snapshots = {}, form, brief } = JSON.parse(process.argv[2]);
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
  const told = `${all.replace(/\b[0-9a-f]{64}\b/g, "SHA-256").replace(/[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]{21}/g, "ID")}\n`;
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

const look = async (page, path, name, sharply = true, wanted = 200) => {
  const answer = await page.goto(base + path);
  if (answer.status() !== wanted) say(`${name}: ${answer.status()}, not ${wanted}`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (width > 0) say(`${name}: ${width} px sideways`);
  if (!sharply) return;
  await sharp(page, name);
};

const sharp = async (page, name) => {
  await page.evaluate(axe);
  const found = await page.evaluate(
    (rules) => window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), RULES);
  for (const one of found.violations) {
    for (const node of one.nodes.slice(0, 3)) say(`${name}: ${one.id}: ${node.target} ${node.failureSummary?.split("\n")[1] ?? ""}`);
  }
};

// On paper, A4 with its margins, nothing is cut off at the side.
const printed = async (page, path) => {
  const upright = await page.evaluate(() => document.documentElement.hasAttribute("data-upright"));
  const [width, height] = upright ? [703, 1032] : [1032, 703];
  const { width: own, height: high } = page.viewportSize();
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width, height });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) say(`${path}: ${over} px sideways on paper`);
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: own, height: high });
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
        if (language === "zh-CN" && size === "desk") await printed(page, path);
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
// Large type: no page is wider for it, and none needs another look by axe, for colours and words are the same.
for (const [width, height] of brief ? [] : [[390, 844]]) {
  const context = await browser.newContext({ locale: "zh-CN" });
  await context.addCookies([{ name: "gridwhistle_size", value: "large", url: base }]);
  const page = watched(await logIn(context));
  await page.setViewportSize({ width, height });
  for (const path of pages.filter((path) => !path.includes("wall="))) {
    await look(page, path, `${path} large ${width}`, false);
    looked += 1;
  }
  const size = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
  if (size !== "20px") say(`large type is ${size}`);
  await context.close();
}
// What is refused, what fails, and what a form answers: each once, for frame, colours and words are those of
// the pages above. One of several fields is filled in; the first button of the form is pressed.
for (const { person: who, session, pages: own } of brief ? [] : others) {
  const context = await browser.newContext({ locale: "zh-CN" });
  // Who holds several offices and has yet to say which.
  if (session) await context.request.post(`${base}/api/v1/session`, { data: { person: session } });
  // That a page is refused stands on the console as well; of all else nothing may.
  const page = who ? await logIn(context, who) : await context.newPage();
  page.on("pageerror", (error) => say(`${page.url()}: script: ${error.message}`));
  for (const { path, status, press, fill = {} } of own) {
    await look(page, path, path, !press, press ? 200 : status);
    looked += 1;
    if (!press) continue;
    for (const [field, value] of Object.entries(fill)) {
      const at = page.locator(`main [name="${field}"]`).first();
      if ((await at.evaluate((one) => one.tagName)) === "SELECT") await at.selectOption(value);
      else await at.fill(value);
    }
    // What the browser itself would ask for is asked for by the service.
    await page.evaluate(() => document.querySelectorAll("main form").forEach((form) => { form.noValidate = true; }));
    const [answer] = await Promise.all([
      page.waitForResponse((one) => one.request().isNavigationRequest() && one.request().method() === "POST"),
      page.locator(press).first().click(),
    ]);
    await page.waitForLoadState();
    if (answer.status() !== status) say(`${path}: ${press}: ${answer.status()}, not ${status}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (width > 0) say(`${path}: ${press}: ${width} px sideways`);
    await sharp(page, `${path}: ${press}`);
  }
  await context.close();
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
// The slider leads to the version it is let go at, which tells what came with it.
const slider = keys.locator("form.travel #version");
await slider.fill("1");
await keys.locator(".changes", { hasText: "这是第一个时点" }).waitFor({ timeout: 5000 }).catch(() => say("the slider: nothing is told of the version"));
if ((await slider.inputValue()) !== "1") say(`the slider stands at ${await slider.inputValue()}`);
await keys.evaluate(() => document.activeElement.blur());
await keys.keyboard.press("/");
if ((await keys.evaluate(() => document.activeElement.id)) !== "search") say("/: no search");

// Who has switched single keys off is not moved by them.
await keys.context().addCookies([{ name: "gridwhistle_keys", value: "off", url: base }]);
await keys.goto(`${base}/cases`);
for (const key of ["?", "j", "/", "g", "o"]) await keys.keyboard.press(key);
const moved = await keys.evaluate(() => location.pathname + location.hash + (document.activeElement.id || "") + document.querySelectorAll("[data-here]").length);
if (moved !== "/cases0") say(`single keys that are off do something: ${moved}`);
await keys.context().addCookies([{ name: "gridwhistle_keys", value: "on", url: base }]);

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
  // What takes its time is told, and what does not come is asked for by the browser itself.
  const held = /\/cases\?/;
  await other.route(held, async (route) => {
    await new Promise((done) => setTimeout(done, 800));
    await route.continue();
  });
  await other.locator(".filters button").first().click();
  const busy = await other.waitForFunction(() => {
    const main = document.querySelector("main[aria-busy=true]");
    return main && Number(getComputedStyle(main, "::before").opacity) === 1;
  }, undefined, { timeout: 700 }).catch(() => null);
  if (!busy) say("/cases: nothing says that a page is under way");
  await other.locator("main:not([aria-busy])").waitFor({ timeout: 5000 }).catch(() => say("/cases: a page that came is still under way"));
  await other.unroute(held);
  await other.goto(`${base}/cases`);
  await other.context().setOffline(true);
  const whole = other.waitForEvent("requestfailed", { predicate: (request) => request.isNavigationRequest(), timeout: 5000 });
  await Promise.all([whole.catch(() => say("/cases: a click on a lost line does nothing")), other.locator(".filters button").first().click()]);
  await other.context().setOffline(false);
  await other.goto(`${base}/cases?open_only=true`);
  await other.goto(`${base}/cases`);
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

// A wall turns when the other view is there, and stays with what it has while the service is away.
const wall = await scripted.context().newPage();
await wall.route(/\/\?wall=1$/, (route) => route.request().resourceType() === "document"
  ? route.fetch().then(async (answer) => route.fulfill({ response: answer, body: (await answer.text()).replace('data-turn="30"', 'data-turn="1"') }))
  : route.continue());
let away = true;
await wall.route(/\/\?wall=2$/, (route) => (away ? route.abort() : route.continue()));
await wall.goto(`${base}/?wall=1`);
const tried = await wall.waitForEvent("requestfailed", { timeout: 10000 }).catch(() => null);
await wall.waitForTimeout(500);
if (!tried || !wall.url().endsWith("wall=1") || !(await wall.locator(".wall").isVisible())) say("a wall does not stay while the service is away");
away = false;
await wall.waitForURL(/wall=2$/, { timeout: 15000 }).catch(() => say("a wall does not turn when the service is back"));

await browser.close();
console.log(`looked ${looked} times, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
