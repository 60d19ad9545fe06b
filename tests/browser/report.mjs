// Reports as a resident does, on a phone: the script makes a photo smaller, fills in the position, and
// keeps a draft without the phone number. Says what is wrong, a line each, and ends with the count.
import { chromium } from "playwright-core";

const { base, browser: executablePath, form } = JSON.parse(process.argv[2]);
const wrong = [];
const say = (what) => { wrong.push(what); console.log(what); };

const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({
  locale: "zh-CN",
  viewport: { width: 390, height: 844 },
  geolocation: { latitude: 26.074508, longitude: 119.296494 },
  permissions: ["geolocation"],
});
const page = await context.newPage();
page.on("console", (message) => { if (message.type() === "error") say(`console: ${message.text()}`); });
page.on("pageerror", (error) => say(`script: ${error.message}`));

// A draft is offered again, without the phone.
await page.goto(base + form);
await page.locator("#description").fill("水从楼上漏下来");
await page.locator("#phone").fill("13812340000");
await page.goto(`${base}/track`);
const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
if (kept.includes("13812340000")) say("the phone stands in the draft");
await page.goto(base + form);
await page.locator(".draft button").first().click();
if ((await page.locator("#description").inputValue()) !== "水从楼上漏下来") say("the draft is not filled in");
if (await page.locator("#phone").inputValue()) say("the phone came back");

// The position.
await page.locator("[data-locate]").click();
await page.waitForFunction(() => document.querySelector("input[name=lat]").value);
const lat = await page.locator("input[name=lat]").inputValue();
if (lat !== "26.074508") say(`the position is ${lat}`);

// A photo of four thousand pixels, made in the page.
const photo = Buffer.from(await page.evaluate(async () => {
  const canvas = new OffscreenCanvas(4000, 3000);
  const paint = canvas.getContext("2d");
  for (let no = 0; no < 3000; no += 1) {
    paint.fillStyle = `hsl(${(no * 47) % 360} 80% ${20 + (no % 60)}%)`;
    paint.fillRect((no * 131) % 4000, (no * 89) % 3000, 90, 70);
  }
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 1 });
  return [...new Uint8Array(await blob.arrayBuffer())];
}));
await page.locator("#photo").setInputFiles({ name: "IMG_1.jpg", mimeType: "image/jpeg", buffer: photo });
await page.waitForFunction(() => document.querySelector("[data-size]").textContent);
const size = await page.locator("#photo").evaluate((input) => input.files[0].size);
if (size >= photo.length / 2) say(`a photo of ${photo.length} bytes became ${size}`);

// Sent; the receipt leads on, the draft is gone.
await page.locator("form.report .primary").click();
await page.waitForSelector("[data-code]");
const code = await page.locator("[data-code]").innerText();
if (!/^gwr-[\w-]{43}$/.test(code)) say(`no receipt: ${code}`);
await page.locator(`a[href="/track/${code}"]`).click();
await page.waitForSelector(".rail-of-stages");
await page.goto(base + form);
if (await page.locator(".draft").count()) say("the draft is still offered");

await browser.close();
console.log(`${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
