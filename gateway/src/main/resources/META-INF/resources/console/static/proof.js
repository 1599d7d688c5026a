// Verifies in the browser what the console shows: that an entry is in the log, and who has signed that log.
// It trusts the verifier key in the form and nothing else that the gateway sends.
'use strict';

(() => {
  const box = document.getElementById('proof');
  if (!box) {
    return;
  }
  const form = box.querySelector('form');
  const keys = form.querySelector('textarea');
  const steps = box.querySelector('ol');
  const outcome = box.querySelector('[data-outcome]');
  const leafText = box.querySelector('[data-leaf-text]');
  const PINNED = 'writ-verifier-keys';
  const ED25519_NOTE = 1;

  class Differs extends Error {}

  function requireThat(holds, otherwise) {
    if (!holds) {
      throw new Differs(otherwise);
    }
  }

  function say(state, text) {
    const step = document.createElement('li');
    step.className = 'proof-' + state;
    const mark = document.createElement('strong');
    mark.textContent = { ok: 'Holds: ', bad: 'DIFFERS: ', skipped: 'Not checked: ' }[state];
    step.append(mark, text);
    steps.append(step);
  }

  function conclude(state, text) {
    outcome.className = 'proof-outcome proof-' + state;
    outcome.textContent = text;
  }

  function fromBase64(text, what) {
    let decoded;
    try {
      decoded = atob(text);
    } catch (malformed) {
      throw new Differs(what + ' is not base64.');
    }
    const bytes = Uint8Array.from(decoded, unit => unit.charCodeAt(0));
    requireThat(toBase64(bytes) === text, what + ' is not written as it has to be.');
    return bytes;
  }

  function toBase64(bytes) {
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
  }

  function toHex(bytes) {
    return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  }

  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const utf8 = text => new TextEncoder().encode(text);
  const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const node = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

  // c2sp.org/tlog-proof
  function parseProof(text) {
    const blank = text.indexOf('\n\n');
    const lines = text.slice(0, blank).split('\n');
    requireThat(blank > 0 && lines[0] === 'c2sp.org/tlog-proof@v1', 'This is no c2sp.org/tlog-proof.');
    requireThat((lines[1] || '').startsWith('extra '), 'The proof does not carry the entry.');
    requireThat(/^index (0|[1-9][0-9]{0,17})$/.test(lines[2] || ''), 'The proof does not say of which entry it is.');
    return {
      leaf: fromBase64(lines[1].slice('extra '.length), 'The entry'),
      index: BigInt(lines[2].slice('index '.length)),
      path: lines.slice(3).map(line => fromBase64(line, 'A hash of the proof')),
      note: text.slice(blank + 2),
    };
  }

  // c2sp.org/signed-note and c2sp.org/tlog-checkpoint
  function parseCheckpoint(note) {
    const blank = note.lastIndexOf('\n\n');
    requireThat(blank > 0 && note.endsWith('\n'), 'The checkpoint is no signed note.');
    const text = note.slice(0, blank + 1);
    const lines = text.split('\n');
    requireThat(/^(0|[1-9][0-9]{0,17})$/.test(lines[1] || ''), 'The checkpoint does not say the size of the log.');
    const root = fromBase64(lines[2] || '', 'The root of the checkpoint');
    requireThat(root.length === 32, 'The root of the checkpoint is not SHA-256.');
    const signatures = note.slice(blank + 2, -1).split('\n').map(line => {
      const parts = /^\u2014 (\S+) (\S+)$/.exec(line);
      requireThat(parts !== null, 'A signature of the checkpoint is malformed.');
      const bytes = fromBase64(parts[2], 'A signature of the checkpoint');
      return { name: parts[1], id: bytes.slice(0, 4), signature: bytes.slice(4) };
    });
    return { text, origin: lines[0], size: BigInt(lines[1]), root, signatures };
  }

  // RFC 9162 2.1.3.2
  async function rootFrom(hash, index, size, path) {
    requireThat(index < size, 'The checkpoint is of a log that does not hold the entry yet.');
    let fn = index;
    let sn = size - 1n;
    let root = hash;
    for (const sibling of path) {
      requireThat(sn !== 0n && sibling.length === 32, 'The proof has too many hashes, or one of another length.');
      if ((fn & 1n) === 1n || fn === sn) {
        root = await node(sibling, root);
        while ((fn & 1n) === 0n && fn !== 0n) {
          fn >>= 1n;
          sn >>= 1n;
        }
      } else {
        root = await node(root, sibling);
      }
      fn >>= 1n;
      sn >>= 1n;
    }
    requireThat(sn === 0n, 'The proof has too few hashes.');
    return root;
  }

  async function parseKey(vkey) {
    const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey);
    requireThat(parts !== null, 'A verifier key is name+id+base64, in one line.');
    const typed = fromBase64(parts[3], 'The verifier key');
    requireThat(typed.length === 33 && typed[0] === ED25519_NOTE, 'The verifier key is not of Ed25519.');
    const id = (await sha256(joined(utf8(parts[1]), utf8('\n'), typed))).slice(0, 4);
    requireThat(toHex(id) === parts[2], 'The id of the verifier key does not belong to its name and key.');
    return { name: parts[1], id, bytes: typed.slice(1) };
  }

  // Whether the signature holds; or why that cannot be told.
  async function isSigned(key, checkpoint) {
    const lines = checkpoint.signatures.filter(line => line.name === key.name && same(line.id, key.id));
    if (lines.length === 0) {
      return false;
    }
    let imported;
    try {
      imported = await crypto.subtle.importKey('raw', key.bytes, { name: 'Ed25519' }, false, ['verify']);
    } catch (unsupported) {
      return undefined;
    }
    for (const line of lines) {
      requireThat(
        await crypto.subtle.verify({ name: 'Ed25519' }, imported, line.signature, utf8(checkpoint.text)),
        'The signature on the checkpoint is not by the verifier key that you trust.');
    }
    return true;
  }

  async function requireSigned(vkeys, checkpoint) {
    requireThat(vkeys.length > 0, 'There is no verifier key to check the signature with.');
    const trusted = await Promise.all(vkeys.map(parseKey));
    for (const key of trusted) {
      requireThat(key.name === checkpoint.origin,
        'The checkpoint is of the log ' + checkpoint.origin + ', the verifier key of ' + key.name + '.');
      const signed = await isSigned(key, checkpoint);
      if (signed !== false) {
        return signed;
      }
    }
    throw new Differs('The checkpoint is not signed by a verifier key that you trust.');
  }

  function requireShown(leaf, index) {
    let entry;
    try {
      entry = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(leaf));
    } catch (malformed) {
      throw new Differs('The entry is not JSON.');
    }
    requireThat(String(index) === box.dataset.index, 'The proof is of entry ' + index + ', not of this one.');
    for (const member of ['kind', 'at', 'call', 'verdict', 'tool', 'agent', 'rule']) {
      const shown = box.dataset[member] || '';
      requireThat(shown === String(entry[member] ?? ''),
        'The page shows another ' + member + ' than the entry has, which is ' + JSON.stringify(entry[member] ?? '') + '.');
    }
    leafText.textContent = JSON.stringify(entry, null, 2);
    leafText.closest('details').hidden = false;
  }

  async function verify() {
    const response = await fetch(box.dataset.url, { headers: { Accept: 'text/plain' }, redirect: 'error' });
    requireThat(response.ok, 'The gateway answers ' + response.status + ' instead of the proof. Sign in, and try again.');
    const proof = parseProof(await response.text());
    say('ok', 'The proof and the ' + proof.leaf.length + ' bytes of entry ' + proof.index + ' were fetched.');

    const hash = await sha256(joined(Uint8Array.of(0), proof.leaf));
    requireThat('sha256:' + toHex(hash) === box.dataset.leafHash,
      'The bytes of the entry have the leaf hash sha256:' + toHex(hash) + ', and this page shows ' + box.dataset.leafHash + '.');
    say('ok', 'SHA-256(0x00 and these bytes) is the leaf hash that this page shows: sha256:' + toHex(hash) + '.');
    requireShown(proof.leaf, proof.index);
    say('ok', 'What these bytes say is what this page shows: kind, time, call, verdict, tool, agent and rule.');

    const checkpoint = parseCheckpoint(proof.note);
    const root = await rootFrom(hash, proof.index, checkpoint.size, proof.path);
    requireThat(same(root, checkpoint.root),
      'The hashes of the proof lead to the root ' + toBase64(root) + ', and the checkpoint has ' + toBase64(checkpoint.root) + '.');
    say('ok', 'With ' + proof.path.length + ' hashes it leads to the root of the log of ' + checkpoint.size + ' entries (RFC 9162): '
      + toBase64(root) + '.');

    const vkeys = keys.value.split('\n').map(line => line.trim()).filter(line => line !== '');
    const signed = await requireSigned(vkeys, checkpoint);
    if (signed === undefined) {
      say('skipped', 'the signature on the checkpoint, since this browser does not know Ed25519. Check the downloaded proof with'
        + ' ./writ audit check-proof.');
      conclude('skipped', 'Not verified to the end: the entry belongs to this checkpoint, and nobody has checked who signed it.');
      return;
    }
    say('ok', 'The checkpoint is signed by the verifier key of ' + checkpoint.origin + '.');
    say('skipped', 'cosignatures of witnesses. ./writ audit check-proof --policy does.');
    conclude('ok', 'Verified: entry ' + proof.index + ' is in the signed log, and says what this page shows.');
  }

  async function run() {
    steps.replaceChildren();
    leafText.closest('details').hidden = true;
    conclude('running', 'Verifying …');
    if (!window.isSecureContext || !window.crypto || !crypto.subtle) {
      conclude('skipped', 'Nothing was checked: browsers compute hashes on pages of HTTPS or of this machine only. Download the proof, and'
        + ' check it with ./writ audit check-proof.');
      return;
    }
    try {
      await verify();
    } catch (failure) {
      say('bad', failure instanceof Differs ? failure.message : 'The proof could not be had: ' + failure.message);
      conclude('bad', 'NOT VERIFIED. Do not rely on what this page shows. Keep the proof, and tell whoever runs this log.');
    }
  }

  function pinned() {
    try {
      return localStorage.getItem(PINNED) || '';
    } catch (refused) {
      return '';
    }
  }

  function pin(value) {
    try {
      if (value === '') {
        localStorage.removeItem(PINNED);
      } else {
        localStorage.setItem(PINNED, value);
      }
    } catch (refused) {
      conclude('skipped', 'This browser keeps nothing, so the key is not pinned.');
    }
  }

  const source = box.querySelector('[data-key-source]');
  const told = keys.value;

  function showSource() {
    source.textContent = pinned() !== '' && pinned() === keys.value
      ? 'This key is pinned in this browser.'
      : keys.value === told
        ? 'This key came with the page. It shows that the page agrees with itself; paste the one that you were given on another way, and pin it.'
        : 'This key was typed in.';
  }

  if (pinned() !== '') {
    keys.value = pinned();
  }
  showSource();
  keys.addEventListener('input', showSource);
  form.addEventListener('submit', event => {
    event.preventDefault();
    run();
  });
  form.querySelector('[data-pin]').addEventListener('click', () => {
    pin(keys.value.trim());
    keys.value = keys.value.trim();
    showSource();
  });
  form.querySelector('[data-unpin]').addEventListener('click', () => {
    pin('');
    keys.value = told;
    showSource();
  });
  form.hidden = false;
})();
