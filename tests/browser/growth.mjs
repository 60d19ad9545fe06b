// Measures how the cost of a page grows with the ledger: the demo city with a small and a large list of
// cases imported into it, served, and each page asked for again and again by an office of the city.
// `node growth.mjs PROGRAM CASES` prints a table: median and 95th percentile of the time to the whole answer.
// With a fourth argument, the program of tests/cluster, the cities lie in a throw-away PostgreSQL server.
import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [path, most = "1000000", rounds = "40", cluster] = process.argv.slice(2);
const program = resolve(path);
const SMALL = 1000;
const folder = mkdtempSync(join(tmpdir(), "gridwhistle-growth-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

// The server goes when its input ends, which it does with this process.
const postgres = cluster && spawn(resolve(cluster), [], { stdio: ["pipe", "pipe", "inherit"] });
const url = postgres && /url (\S+)/.exec(String((await once(postgres.stdout, "data"))[0]))[1];

// A list as another system writes it: two years, one in ten still open, half of those late.
const mapping = join(folder, "growth.toml");
writeFileSync(mapping, `source = "growth"
[time]
zone = "Asia/Shanghai"
formats = ["%Y-%m-%d %H:%M"]
[columns]
id = "id"
created = "created"
due = "due"
closed = "closed"
unit = "unit"
matter = ["matter"]
title = ["title"]
[areas]
street = "street"
[class]
constant = "time_limited"
`);
const list = async (rows) => {
  const file = join(folder, `${rows}.csv`);
  const out = createWriteStream(file);
  out.write("id,created,due,closed,unit,matter,title,street\n");
  let seed = 1;
  const dice = (below) => { seed = (seed * 48271) % 2147483647; return seed % below; };
  const text = (at) => new Date(at + 8 * 3600e3).toISOString().slice(0, 16).replace("T", " ");
  const now = Date.now();
  for (let no = 0; no < rows; no += 1) {
    const open = dice(10) === 0;
    const created = open ? now - dice(10 * 86400) * 1000 : now - dice(730 * 86400) * 1000;
    const due = created + 5 * 86400e3;
    const closed = open ? "" : text(Math.min(now, created + dice(7 * 86400) * 1000));
    const line = `g${no},${text(created)},${text(due)},${closed},dept-${dice(40)},kind-${dice(120)},case ${no} of ${dice(9999)},street-${dice(7) + 1}\n`;
    if (!out.write(line)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  return file;
};

const port = 8098;
const base = `http://127.0.0.1:${port}`;
const measured = async (rows) => {
  const city = join(folder, `city-${rows}`);
  const run = (...args) => execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"], cwd: folder });
  run("demo", "--cases", "50", "--dir", city);
  const file = `sqlite://${join(city, "demo.db")}`;
  const store = url ? url.replace(/\/[^/]*$/, `/growth_${rows}`) : file;
  if (url) {
    execFileSync("psql", [url, "--quiet", "--command", `create database growth_${rows}`]);
    process.env.GRIDWHISTLE_KEYS = join(city, "demo.db.keys");
    run("copy", "--store", file, "--to", store);
  }
  const began = Date.now();
  run("import", "--store", store, "--mapping", mapping, await list(rows));
  const imported = (Date.now() - began) / 1000;
  const server = spawn(program, ["serve", "--store", store, "--listen", base.slice(7), "--development-login"], { stdio: ["ignore", "ignore", "inherit"], cwd: city });
  const ask = (path, headers = {}) => fetch(base + path, { redirect: "manual", ...headers });
  try {
    for (let tries = 0; ; tries += 1) {
      const ready = await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false);
      if (ready) break;
      if (tries > 1200) throw new Error("the service is not ready");
      await new Promise((done) => { setTimeout(done, 500); });
    }
    const offered = await (await ask("/login?who=dispatcher")).text();
    const who = /<button name="who" value="([^"]*dispatcher[^"]*)"/.exec(offered)[1];
    const form = { method: "POST", body: new URLSearchParams({ who, next: "/" }), headers: { origin: base } };
    const cookie = (await ask("/login", form)).headers.get("set-cookie").split(";")[0];
    const headers = { headers: { cookie, accept: "text/html" } };
    const first = await (await ask("/cases", headers)).text();
    const next = /href="(\/cases\?[^"]*cursor=[^"]*)"/.exec(first)?.[1].replaceAll("&amp;", "&");
    const one = /href="(\/cases\/[0-9a-f-]{36})"/.exec(first)[1];
    const pages = { "/": "/", "/cases": "/cases", "/cases, next page": next, "/cases?sort=oldest": "/cases?sort=oldest",
      "/cases?open_only=true": "/cases?open_only=true&sort=due", "/cases?street=street-3": "/cases?street=street-3", "/lists/overdue": "/lists/overdue", "a case": one };
    const told = {};
    for (const [name, path] of Object.entries(pages)) {
      const took = [];
      for (let round = 0; round < Number(rounds); round += 1) {
        let [since, answer, text] = [];
        for (;;) {
          since = performance.now();
          answer = await ask(path, headers);
          text = await answer.text();
          // Nobody asks faster than the limits let one person.
          if (answer.status !== 429) break;
          await new Promise((done) => { setTimeout(done, 1000); });
        }
        if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
        took.push(performance.now() - since);
      }
      took.sort((a, b) => a - b);
      told[name] = [took[Math.floor(took.length / 2)], took[Math.floor(took.length * 0.95)]];
    }
    return [told, imported];
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
};

const [small, one] = await measured(SMALL);
const [large, many] = await measured(Number(most));
console.log(`${cpus().length} × ${cpus()[0].model}; ${url ? "PostgreSQL" : "SQLite"}; imported in ${one.toFixed(1)} s and ${many.toFixed(1)} s\n`);
console.log(`| page, ms to the whole answer | ${SMALL} cases p50 | p95 | ${most} cases p50 | p95 | ratio of p50 |`);
console.log("|---|---|---|---|---|---|");
for (const name of Object.keys(small)) {
  const [[a, b], [c, d]] = [small[name], large[name]];
  console.log(`| ${name} | ${a.toFixed(1)} | ${b.toFixed(1)} | ${c.toFixed(1)} | ${d.toFixed(1)} | ${(c / a).toFixed(2)} |`);
}
postgres?.stdin.end();
