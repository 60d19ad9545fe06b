// What pages do beside showing: keys, the live feed, the turn of a wall, the slider of a case. Every
// page works without any of it.
const $ = (selector) => document.querySelector(selector);
const go = (link) => link?.click();

// Keys.
let pending = 0;
const rows = () => [...document.querySelectorAll("[data-row]")];
const step = (by) => {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.hasAttribute("data-here"));
  const next = all[Math.min(all.length - 1, Math.max(0, here + by))];
  all.forEach((row) => row.toggleAttribute("data-here", row === next));
  const link = next.querySelector("a");
  link?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
};
// WCAG 2.1.4: who does not want single letters to do anything has said so.
const keyed = document.documentElement.dataset.keys !== "off";
const places = { o: "/", l: "/cases", w: "/lists/overdue" };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (!keyed && event.key !== "Escape") return;
  if (event.target.closest?.("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (Date.now() - pending < 1500 && places[event.key]) {
    location.assign(places[event.key]);
    return;
  }
  pending = event.key === "g" ? Date.now() : 0;
  const does = {
    "/": () => $("#search")?.focus(),
    "?": () => { location.hash = "keys"; $("#keys")?.focus(); },
    Escape: () => {
      if (location.hash === "#keys") location.hash = "main";
      const menu = $("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    },
    j: () => step(1),
    k: () => step(-1),
    ArrowLeft: () => go($(".travel a[rel=prev]")),
    ArrowRight: () => go($(".travel a[rel=next]")),
  }[event.key];
  if (does) {
    does();
    if (event.key !== "Escape") event.preventDefault();
  }
});

// The slider moves to the version it is let go at.
addEventListener("change", (event) => {
  const form = event.target.closest?.("form.travel");
  if (form) form.requestSubmit();
});

// A wall takes turns, once the other view is there: while the service is away it stays with what it has
// and says that the feed is lost, instead of ending at a page of the browser's own.
const AGAIN = 5000;
const turn = async () => {
  const next = $("[data-turn]");
  if (!next) return;
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), 4 * AGAIN);
  const asked = fetch(next.href, { headers: { accept: "text/html" }, signal: stop.signal });
  const answer = await asked.catch(() => null);
  clearTimeout(late);
  if (answer?.ok) location.replace(next.href);
  else setTimeout(turn, AGAIN);
};
const turning = $("[data-turn]");
if (turning) setTimeout(turn, Number(turning.dataset.turn) * 1000);

// The live feed: what is shown is asked for anew, at most once in two seconds. It says something every
// fifteen seconds at least; a feed that is away for ten seconds is admitted.
const LOST_AFTER = 10000;
const SILENT_AFTER = 25000;
const LEAST = 2000;
let followed = false;
let lost = false;
let leaving = 0;
let due = 0;
const tell = () => {
  const stand = $("#stand");
  stand?.toggleAttribute("data-lost", lost);
  const words = stand?.querySelector(".lost");
  if (words) words.hidden = !lost;
};
const heard = () => { clearTimeout(leaving); leaving = 0; lost = false; tell(); };
const away = () => { leaving ||= setTimeout(() => { lost = true; tell(); }, LOST_AFTER); };
const changed = () => {
  due ||= setTimeout(() => {
    due = 0;
    document.body.dispatchEvent(new CustomEvent("gridwhistle:changed"));
  }, LEAST);
};
const listen = async () => {
  const after = $("#stand")?.dataset.position;
  const stop = new AbortController();
  let silence = 0;
  try {
    const answer = await fetch(`/api/v1/events/stream?after=${after}`, { signal: stop.signal });
    if (!answer.ok) throw new Error(answer.status);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      clearTimeout(silence);
      silence = setTimeout(() => stop.abort(), SILENT_AFTER);
      heard();
      const { value, done } = await reader.read();
      if (done) break;
      if (/^data:/m.test(value)) changed();
    }
  } catch { /* it is asked for again */ }
  clearTimeout(silence);
  away();
  setTimeout(listen, 3000);
};
const follow = () => {
  if (followed || !$("main[data-live]")) return;
  followed = true;
  addEventListener("offline", away);
  listen();
};
follow();

// In what is read on, the next page takes the place of this one without a load. One ear for all links:
// told to each of them, as htmx does it by itself, it costs more than to lay out the table they stand in.
const read = (event, address) => {
  if (!window.htmx || event.defaultPrevented) return;
  event.preventDefault();
  $("main")?.setAttribute("aria-busy", "true");
  htmx.ajax("GET", address, { target: document.body, swap: "innerHTML show:top", push: "true" });
};
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-read] a[href]");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (!link.getAttribute("href").startsWith("#")) read(event, link.href);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get" || !form.closest("[data-read]")) return;
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form));
  read(event, address.href);
});

// What does not come is asked for by the browser itself, which says what is wrong.
addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.target === document.body) location.assign(ctx.request.action);
});
addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!String(ctx.status).startsWith("error")) $("main")?.removeAttribute("aria-busy");
});

// There the keys stay where they were, or go to the content, and the feed goes on.
let held = "";
addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  held = ctx.target === document.body ? document.activeElement?.id || "main" : "";
});
addEventListener("htmx:after:swap", () => {
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
  held = "";
  tell();
  follow();
});
