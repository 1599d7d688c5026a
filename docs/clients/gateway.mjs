// A fresh Writ as a process, and what people do with it over REST.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export class Gateway {
  static async start(folder) {
    const port = await freePort();
    const home = join(folder, 'writ');
    mkdirSync(home, { mode: 0o700 });
    const log = join(folder, 'gateway.log');
    const out = openSync(log, 'w');
    const process_ = spawn(join(root, 'writ'), ['serve', '--home', home, '--port', String(port)], {
      stdio: ['ignore', out, out],
      // The servers of the table are programs, which Writ starts only if it is told so, and only those named.
      env: { ...process.env, WRIT_CATALOG_STDIO: 'true', WRIT_CATALOG_STDIO_PROGRAMS: process.execPath },
    });
    const gateway = new Gateway(process_, `http://127.0.0.1:${port}`);
    for (let waited = 0; !(await gateway.isReady()); waited++) {
      if (process_.exitCode !== null || waited > 600) {
        process_.kill();
        throw new Error(`the gateway did not start; ${readFileSync(log, 'utf8').slice(-2000)}`);
      }
      await sleep(500);
    }
    const bootstrap = readFileSync(join(home, 'bootstrap-key'), 'utf8').trim();
    gateway.admin = (await gateway.post(bootstrap, '/v1/keys', { principal: 'root', roles: ['admin'] })).key;
    return gateway;
  }

  constructor(process_, url) {
    this.process = process_;
    this.url = url;
  }

  key = async (principal, role, groups) =>
    (await this.post(this.admin, '/v1/keys', { principal, roles: [role], ...(groups && { groups }) })).key;

  get = (key, path) => this.#send(key, path);
  post = (key, path, body) => this.#send(key, path, body);

  async #send(key, path, body) {
    const response = await fetch(this.url + path, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: status ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async isReady() {
    return fetch(this.url + '/q/health/ready').then(response => response.ok, () => false);
  }

  async stop() {
    this.process.kill();
    if (this.process.exitCode === null) await new Promise(ended => this.process.once('exit', ended));
  }
}

/** Approves what waits, exactly as it is shown, until it is told to stop. Returns how to stop it; that tells how many it approved. */
export function approving(gateway, key) {
  let going = true;
  let approved = 0;
  const loop = (async () => {
    while (going) {
      for (const { id } of (await gateway.get(key, '/v1/approvals')).items) {
        const { viewDigest } = await gateway.get(key, `/v1/approvals/${id}`);
        await gateway.post(key, `/v1/approvals/${id}/approve`, { reason: 'looked at', view: viewDigest });
        approved++;
      }
      await sleep(300);
    }
  })();
  return async () => {
    going = false;
    await loop;
    return approved;
  };
}

/** The demo's billing service, for tools that come from an OpenAPI document. */
export async function startBilling() {
  const port = await freePort();
  const credential = `known-to-writ-only-${process.pid}`;
  const program = spawn(join(root, 'writ'), ['billing', '--port', String(port), '--credential', credential], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; waited < 600; waited++) {
    const document = await fetch(`${url}/openapi.yaml`).then(response => response.text(), () => undefined);
    if (document) return { url, document, credential, stop: () => program.kill() };
    await sleep(500);
  }
  program.kill();
  throw new Error('the billing service did not start');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(listening => server.once('listening', listening));
  const { port } = server.address();
  await new Promise(closed => server.close(closed));
  return port;
}
