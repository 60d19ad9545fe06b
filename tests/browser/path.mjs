// Takes one case its whole way by the hands of everybody who has a part in it, on pages alone: whistle,
// approval, dispatch, acknowledgement, contact, report-in, a return that is refused, response, verification,
// two signatures, both evaluations, an appeal and its decision, and the auditor's look at it. Says what is
// wrong, a line each, and ends with the count.
import { chromium } from "playwright-core";

const { base, browser: executablePath, people, deadline } = JSON.parse(process.argv[2]);
const wrong = [];
const say = (what) => { wrong.push(what); console.log(what); };

const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const desks = new Map();
const desk = async (role) => {
  if (!desks.has(role)) {
    const context = await browser.newContext({ locale: "zh-CN" });
    const page = await context.newPage();
    page.setDefaultTimeout(20000);
    page.on("console", (message) => { if (message.type() === "error" && !/40[0-9]|422/.test(message.text())) say(`${role}: console: ${message.text()}`); });
    page.on("pageerror", (error) => say(`${role}: script: ${error.message}`));
    await page.goto(`${base}/login?who=${people[role]}`);
    await page.locator("dl.people button").first().click();
    await page.waitForURL((address) => !address.pathname.startsWith("/login"));
    desks.set(role, page);
  }
  return desks.get(role);
};

// Fills a field by its name, whatever it is; `*` chooses the first that is offered.
const fill = async (page, name, value) => {
  const field = page.locator(`main [name="${name}"]`).first();
  const [tag, type] = await field.evaluate((one) => [one.tagName, one.type]);
  if (tag === "SELECT" && value === "*") {
    await field.selectOption(await field.evaluate((one) => [...one.options].find((option) => option.value).value));
  } else if (tag === "SELECT") {
    await field.selectOption(value);
  } else if (type === "checkbox" || type === "radio") {
    await page.locator(`main [name="${name}"][value="${value}"]`).check();
  } else if (type === "file") {
    await field.setInputFiles(value);
  } else {
    await field.fill(value);
  }
};

const sent = async (page, who, button) => {
  await button.click();
  const done = await page.waitForURL(/done=/).then(() => true, () => false);
  if (!done) {
    const problem = page.locator(".problem").first();
    const told = await problem.count() ? await problem.innerText() : page.url();
    say(`${who}: ${told.replace(/\s+/g, " ")}`);
  } else if (!(await page.locator(".receipt").count())) {
    say(`${who}: no receipt`);
  }
  return done;
};

let place = "";
const give = async (role, command, fields = {}) => {
  const page = await desk(role);
  await page.goto(base + place);
  const link = page.locator(`a[href*="/do/${command}"]`).first();
  if (!(await link.count())) { say(`${role}: ${command} is not open`); return; }
  await link.click();
  await page.waitForSelector("form.command");
  for (const details of await page.locator("form.command details").all()) await details.evaluate((one) => { one.open = true; });
  for (const [name, value] of Object.entries(fields)) await fill(page, name, value);
  await sent(page, `${role} ${command}`, page.locator("form.command button.primary"));
};

// A photo, made in a page.
const blank = await (await browser.newContext()).newPage();
const photo = Buffer.from(await blank.evaluate(async () => {
  const canvas = new OffscreenCanvas(320, 240);
  canvas.getContext("2d").fillRect(20, 20, 200, 100);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
  return [...new Uint8Array(await blob.arrayBuffer())];
}));
const file = (name) => ({ name, mimeType: "image/jpeg", buffer: photo });

// 吹哨
const leader = await desk("leader");
await leader.goto(`${base}/whistle?matter=environment.leak&grid=G-1`);
for (const [name, value] of [["description", "水从楼上漏下来，已两天"], ["address_string", "东街 5 号"],
  ["course", "whistle"], ["class", "undertaken"], ["kind", "hard"], ["ground", "*"], ["targets", "B-water"],
  ["proof_kind", "before_photo"], ["photo", file("before.jpg")]]) {
  await fill(leader, name, value);
}
await sent(leader, "leader whistle", leader.locator("main form button.primary").first());
place = new URL(leader.url()).pathname;

// 批准、派单、签收
await give("chief", "approve-whistle");
await give("dispatcher", "dispatch", { lead: "B-water" });
await give("water", "acknowledge");

// 退单与驳回
await give("water", "request-return", { reason: "*", legal_basis: "三定方案第四条" });
await give("dispatcher", "refuse-return", { reason: "属本单位职责" });

// 联系、报到
await give("water", "contact-resident", { means: "电话", note: "今天下午到" });
await give("water", "report-in", {
  "attendance.place": "东街 5 号", "evidence.0.kind": "report_in_record", "evidence.0.file": file("there.jpg"),
});

// 反馈、核查、销号
const proofs = ["before_photo", "after_photo", "contact_record", "report_in_record", "four_elements"];
await give("water", "respond", {
  outcome: "resolved", reply: "水管已更换，不再漏水",
  ...Object.fromEntries(proofs.map((kind, no) => [`evidence.${no}.kind`, kind])),
  ...Object.fromEntries(proofs.map((_, no) => [`evidence.${no}.reference`, `2026-${no}`])),
  "elements.contacted_at": deadline.now, "elements.contact": "报告人", "elements.measure": "更换水管", "elements.deadline": deadline.then,
});
await give("community", "verify-pass", { note: "到场看过，不漏" });
await give("community", "record-callback", { result: "confirmed", satisfaction: "satisfied" });
await give("community", "sign-off");
await give("street", "sign-off");

// 互评、申诉、裁定
const evaluate = async (role, stars) => {
  const page = await desk(role);
  await page.goto(`${base}${place}/evaluations`);
  const form = page.locator('form[action$="/seal"]').first();
  if (!(await form.count())) return false;
  for (const choice of await form.locator(`input[type=radio][value="${stars}"]`).all()) await choice.check();
  if (stars < 3) {
    for (const reason of await form.locator("select").all()) await reason.selectOption({ index: 1 });
  }
  return sent(page, `${role} seal`, form.locator("button.primary"));
};
if (!(await evaluate("water", 1))) say("water: no form to fill");
const area = (await evaluate("community", 4)) ? "community" : "street";
if (area === "street" && !(await evaluate("street", 4))) say("area: no form to fill");
const onForm = async (role, act, fields) => {
  const page = await desk(role);
  await page.goto(`${base}${place}/evaluations`);
  const form = page.locator(`form[action$="/${act}"]`).first();
  if (!(await form.count())) { say(`${role}: ${act} is not open`); return; }
  for (const [name, value] of Object.entries(fields)) await fill(page, name, value);
  await sent(page, `${role} ${act}`, form.locator("button.primary"));
};
await onForm(area, "appeal", { ground: "*", note: "当天已到场" });
await onForm("supervisor", "decide-appeal", { upheld: "true", note: "记录属实" });

// 审计
const auditor = await desk("auditor");
const id = place.split("/").pop();
await auditor.goto(`${base}/audit/events?case=${id}`);
const events = await auditor.locator('main a[href^="/audit/events/"]').count();
if (events < 10) say(`auditor: ${events} events of the case`);
await auditor.goto(base + place);
await auditor.locator("section.story details").evaluate((rest) => { rest.open = true; });
const story = await auditor.locator("main").innerText();
for (const word of ["销号", "驳回退单", "核查通过"]) if (!story.includes(word)) say(`auditor: the story lacks ${word}`);
if (await auditor.locator('a[href*="/do/"]').count() > 0) say("auditor: may act on the case");

await browser.close();
console.log(`went the way of ${desks.size} people, ${wrong.length} wrong`);
process.exit(wrong.length ? 1 : 0);
