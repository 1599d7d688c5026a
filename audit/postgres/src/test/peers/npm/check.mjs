// Checks a checkpoint and a proof of inclusion with nothing of Writ's: the functions @sigstore/verify checks Rekor's with.
//
// Usage: node check.mjs <folder with claims>, which are the files vkey, proof (a tlog-proof) and leaf.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import checkpoints from '@sigstore/verify/dist/tlog/checkpoint.js';
import merkle from '@sigstore/verify/dist/tlog/merkle.js';

const read = (name) => readFileSync(join(process.argv[2], name));

const vkey = read('vkey').toString();
const at = vkey.indexOf('+');
const name = vkey.slice(0, at);
const id = Buffer.from(vkey.slice(at + 1, at + 9), 'hex');
const key = Buffer.from(vkey.slice(at + 10), 'base64').subarray(1);
const publicKey = createPublicKey({
  key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]),
  format: 'der',
  type: 'spki',
});

const text = read('proof').toString();
const end = text.indexOf('\n\n');
const [header, index, ...hashes] = text.slice(0, end).split('\n');
if (header !== 'c2sp.org/tlog-proof@v1') {
  throw new Error('not a tlog-proof');
}
const entry = {
  canonicalizedBody: read('leaf'),
  inclusionProof: {
    logIndex: index.replace(/^index /, ''),
    hashes: hashes.map((hash) => Buffer.from(hash, 'base64')),
    checkpoint: { envelope: text.slice(end + 2) },
  },
};
const checkpoint = checkpoints.verifyCheckpoint(entry, [{ logID: id, baseURL: name, publicKey }]);
merkle.verifyMerkleInclusion(entry, checkpoint);
