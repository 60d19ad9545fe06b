// Checks a proof of an event on this machine: the leaf from the event's own text, the path up to the
// root, the signature of the checkpoint (RFC 6962, C2SP tlog-proof, signed-note). It asks nobody.
// Without it, or without what it needs, the form goes to the server.

const utf8 = new TextEncoder();
const bytes = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
const same = (one, other) => one.length === other.length && one.every((byte, no) => byte === other[no]);
const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
};
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const number = (value) => {
  const field = new DataView(new ArrayBuffer(8));
  field.setBigInt64(0, BigInt(value));
  return new Uint8Array(field.buffer);
};
const field = (content) => joined(number(content.length), content);

class Refused extends Error {}
const must = (is, step) => { if (!is) throw new Refused(step); };

// The file: a head with event, index and path; an empty line; the signed checkpoint.
const parse = (text) => {
  const cut = text.indexOf("\n\n");
  must(cut > 0, "form");
  const [title, extra, index, ...path] = text.slice(0, cut).split("\n");
  must(title === "c2sp.org/tlog-proof@v1" && extra?.startsWith("extra ") && index?.startsWith("index "), "form");
  const note = text.slice(cut + 2);
  const end = note.indexOf("\n\n");
  must(end > 0, "form");
  const [origin, size, root] = note.slice(0, end).split("\n");
  const event = JSON.parse(new TextDecoder().decode(bytes(extra.slice(6))));
  const proof = {
    event, index: Number(index.slice(6)), path: path.map(bytes), origin,
    size: Number(size), root: bytes(root), signed: note.slice(0, end + 1),
    signatures: note.slice(end + 2).split("\n").filter((line) => line.startsWith("— ")),
  };
  const plain = [proof.index, proof.size].every((one) => Number.isSafeInteger(one) && one >= 0);
  must(plain && proof.index < proof.size && event.encoding === "gridwhistle event 1", "form");
  must(event.position === proof.index + 1 && proof.root.length === 32, "form");
  must(proof.path.every((hash) => hash.length === 32), "form");
  return proof;
};

// The checksum of an event, as its log computes it; its leaf is the hash over a zero byte and it.
const leaf = async (event) => {
  const text = (value) => field(utf8.encode(value));
  const whole = (value) => field(number(value));
  const id = event.command_id.replace(/-/g, "").match(/../g).map((two) => parseInt(two, 16));
  const checksum = await sha256(
    utf8.encode("gridwhistle event 1"), text(event.tenant), whole(event.position),
    text(event.aggregate_type), text(event.aggregate_id), whole(event.sequence),
    text(event.event_type), text(event.event_version), text(event.payload), text(event.metadata),
    field(Uint8Array.from(id)), whole(event.occurred_at), whole(event.recorded_at));
  return sha256(Uint8Array.of(0), checksum);
};

// RFC 9162 2.1.3.2. Positions stay below 2^53, so halves are divided, not shifted.
const climb = async (hash, index, size, path) => {
  let at = index;
  let last = size - 1;
  for (const beside of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = await sha256(Uint8Array.of(1), beside, hash);
      while (at % 2 === 0 && at !== 0) { at /= 2; last = Math.floor(last / 2); }
    } else {
      hash = await sha256(Uint8Array.of(1), hash, beside);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
};

// NAME+ID+KEY: the id is the head of a hash over name and key.
const verifier = async (text) => {
  const form = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim());
  must(form, "key");
  const [, name, id, base64] = form;
  const key = bytes(base64);
  must(key.length === 33 && key[0] === 1, "key");
  const head = (await sha256(utf8.encode(`${name}\n`), key)).slice(0, 4);
  must([...head].map((byte) => byte.toString(16).padStart(2, "0")).join("") === id, "key");
  return { name, head, key: key.slice(1) };
};

// Whether the key signed the checkpoint; null: this browser cannot tell.
const signedBy = async (proof, key) => {
  if (proof.origin !== key.name) return false;
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key.key, { name: "Ed25519" }, false, ["verify"]);
  } catch { return null; }
  for (const line of proof.signatures) {
    const [, name, base64] = line.split(" ");
    if (name !== key.name) continue;
    const signature = bytes(base64);
    if (!same(signature.slice(0, 4), key.head)) continue;
    return crypto.subtle.verify({ name: "Ed25519" }, imported, signature.slice(4), utf8.encode(proof.signed));
  }
  return false;
};

const check = async (proofText, keyText, done) => {
  let step = "form";
  try {
    const proof = parse(proofText.replace(/\r\n/g, "\n"));
    done("form");
    step = "leaf";
    const own = await leaf(proof.event);
    done("leaf");
    step = "root";
    const root = await climb(own, proof.index, proof.size, proof.path);
    must(root && same(root, proof.root), "root");
    done("root");
    step = "key";
    const key = await verifier(keyText);
    done("key");
    step = "signed";
    const signed = await signedBy(proof, key);
    if (signed === null) return { unsigned: true };
    must(signed, "signed");
    done("signed");
    return { holds: true };
  } catch (error) {
    return { wrong: error instanceof Refused ? error.message : step };
  }
};

for (const form of document.querySelectorAll("form[data-proof]")) {
  const reads = form.querySelector("[data-reads]");
  reads.hidden = false;
  reads.addEventListener("click", () => {
    const file = document.createElement("input");
    file.type = "file";
    file.addEventListener("change", async () => {
      if (file.files[0]) form.elements[reads.dataset.reads].value = await file.files[0].text();
    });
    file.click();
  });
  const result = form.querySelector("[data-result]");
  const add = (name, kind, words) => {
    const one = document.createElement(name);
    one.className = kind;
    one.textContent = words;
    result.append(one);
  };
  form.addEventListener("submit", async (event) => {
    // The server says the same where this browser computes no hashes.
    if (!globalThis.crypto?.subtle) return;
    event.preventDefault();
    result.replaceChildren();
    const words = form.dataset;
    const steps = document.createElement("ul");
    steps.className = "procedure";
    result.append(steps);
    const done = (step) => {
      const line = document.createElement("li");
      line.textContent = words[step];
      steps.append(line);
    };
    const found = await check(form.elements.proof.value, form.elements.key.value, done);
    if (found.holds) add("p", "holds", words.holds);
    else if (found.unsigned) add("p", "unsigned", words.noEd25519);
    else add("p", "holds-not", `${words.holdsNot}: ${words[found.wrong]}`);
  });
}
