// Helps with forms of reports: the position, a smaller photo, a draft that is kept in this browser.
// Every form works without any of it.
const form = document.querySelector("form[data-draft]");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// The position, in degrees (WGS84).
for (const button of all("[data-locate]")) {
  if (!navigator.geolocation) continue;
  const { locating, located, notLocated } = button.dataset;
  const told = button.parentElement.querySelector("[data-position]");
  const show = (lat, long) => { told.textContent = `${located}${lat}, ${long}`; };
  const { lat, long } = button.form.elements;
  button.hidden = false;
  if (lat.value && long.value) show(lat.value, long.value);
  button.addEventListener("click", () => {
    told.textContent = locating;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      lat.value = coords.latitude.toFixed(6);
      long.value = coords.longitude.toFixed(6);
      show(lat.value, long.value);
      keep();
    }, () => { told.textContent = notLocated; }, { enableHighAccuracy: true, timeout: 15000 });
  });
}

// A photo is made smaller where that makes it lighter: its longer side 1600 px, as JPEG.
const SIDE = 1600;
const shrunk = async (file) => {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  const name = `${file.name.replace(/\.\w+$/, "")}.jpg`;
  return blob && blob.size < file.size ? new File([blob], name, { type: "image/jpeg" }) : file;
};
for (const input of all("input[data-shrink]")) {
  const told = input.parentElement.querySelector("[data-size]");
  const size = (file) => `${Math.ceil(file.size / 1024)} KB`;
  // A form that is sent meanwhile waits for the smaller one.
  let working = null;
  input.addEventListener("change", () => {
    told.textContent = "";
    const [file] = input.files;
    if (!file) return;
    working = shrunk(file).then((smaller) => {
      if (smaller === file || input.files[0] !== file) return;
      const files = new DataTransfer();
      files.items.add(smaller);
      input.files = files.files;
      told.textContent = `${input.dataset.shrunk}${size(file)} → ${size(smaller)}`;
    }, () => {}).finally(() => { working = null; });
  });
  input.form.addEventListener("submit", (event) => {
    if (!working) return;
    event.preventDefault();
    working.then(() => input.form.requestSubmit());
  });
}

// The draft: what was typed, but no phone and no photo.
const kept = (name) => {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
};
const store = (name, value) => {
  try {
    if (value) localStorage.setItem(name, JSON.stringify(value)); else localStorage.removeItem(name);
  } catch { /* the browser keeps nothing */ }
};
const toggles = (one) => ["checkbox", "radio"].includes(one.type);
const fields = () => all("input, textarea, select", form)
  .filter((one) => one.name && !(one.name === "address_id" && one.type === "hidden") && !["key", "service_code", "phone"].includes(one.name) && !["file", "button"].includes(one.type));
function keep() {
  if (!form) return;
  const pairs = fields().filter((one) => one.value && (!toggles(one) || one.checked)).map((one) => [one.name, one.value]);
  store(form.dataset.draft, pairs.length ? pairs : null);
}
if (form) {
  const draft = kept(form.dataset.draft);
  const empty = fields().every((one) => toggles(one) || one.type === "hidden" || one.tagName === "SELECT" || !one.value);
  if (Array.isArray(draft) && draft.length && empty) {
    const bar = document.createElement("p");
    bar.className = "draft";
    bar.setAttribute("role", "status");
    const button = (words, does) => {
      const one = document.createElement("button");
      one.type = "button";
      one.textContent = words;
      one.addEventListener("click", () => { does(); bar.remove(); });
      return one;
    };
    const fill = () => {
      for (const one of fields()) {
        const values = draft.filter(([name]) => name === one.name).map(([, value]) => value);
        if (toggles(one)) one.checked = values.includes(one.value);
        else if (values.length) [one.value] = values;
      }
      form.querySelector("textarea")?.focus();
    };
    const words = document.createElement("span");
    words.textContent = form.dataset.found;
    bar.append(words, button(form.dataset.use, fill), button(form.dataset.drop, () => store(form.dataset.draft, null)));
    form.prepend(bar);
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => { store("report.given", form.dataset.draft); });
}
// Once it was taken, the draft is gone.
if (document.querySelector("[data-taken]")) {
  const given = kept("report.given");
  if (given) store(given, null);
  store("report.given", null);
}

// The receipt code, to be pasted elsewhere.
for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-code]").textContent);
    button.value = "✓ " + button.value.replace(/^✓ /, "");
  });
}
