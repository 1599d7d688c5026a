// MCP's conformance suite against a server, directly and through a fresh Writ. Prints both figures for each scenario, and each check that
// passes directly and fails through Writ; the exit code is 0 only if none of those counts.   node conformance.mjs [URL of the suite's server]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway } from './gateway.mjs';

const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12';
const fixture = process.argv[2] ?? 'http://127.0.0.1:3000/mcp';
const folder = mkdtempSync(join(tmpdir(), 'writ-conformance-'));

/** What the suite calls is all of it allowed: the path is what is shown, not a policy. */
const bundle = {
  'bundle.yaml': 'name: fixture\nversion: "1"\ndescription: the whole fixture\nowners: [operator]\nscope: ["fixture.*"]\n',
  'rules.drl': 'rule "anything of the fixture"\nwhen\n    ToolCall()\nthen\n    allow("conformance");\nend\n',
};

/** The suite sends no credentials, so that something has to put the agent's key into its requests. */
async function withKey(url, key) {
  const to = new URL(url);
  const server = createServer((asked, answer) => {
    const own = asked.headers.host === `127.0.0.1:${server.address().port}`;
    const passed = request(
      {
        host: to.hostname, port: to.port, path: asked.url, method: asked.method,
        headers: { ...asked.headers, authorization: `Bearer ${key}`, ...(own && { host: to.host }) },
      },
      got => {
        answer.writeHead(got.statusCode, got.headers);
        answer.flushHeaders();
        got.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }).listen(0, '127.0.0.1');
  await new Promise(listening => server.once('listening', listening));
  return { url: `http://127.0.0.1:${server.address().port}/mcp`, stop: () => server.close() };
}

/**
 * Checks that passed and that failed, by scenario; warnings and what is only told are neither, as in the suite's own sum. Scenarios that the
 * suite runs without counting them are marked.
 */
async function suite(url, revision) {
  const out = mkdtempSync(join(folder, 'run-'));
  const run = spawn('npx', ['-y', SUITE, 'server', '--url', url, '--requirements', revision, '-o', out], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let wrong = '';
  run.stdout.on('data', text => (said += text));
  run.stderr.on('data', text => (wrong += text));
  await new Promise(ended => run.once('close', ended));
  const uncounted = new Map([...said.matchAll(/^\s+[✓✗] (\S+) \((.+)\)$/gm)].map(([, name, why]) => [name, why]));
  const scenarios = new Map();
  if (readdirSync(out).length === 0) throw new Error(`the suite ran nothing against ${url}: ${wrong.slice(-500)}`);
  for (const name of readdirSync(out)) {
    const checks = JSON.parse(readFileSync(join(out, name, 'checks.json'), 'utf8'));
    const scenario = name.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z?$/, '');
    scenarios.set(scenario, {
      passed: checks.filter(check => check.status === 'SUCCESS'),
      failed: checks.filter(check => check.status === 'FAILURE'),
      uncounted: uncounted.get(scenario),
    });
  }
  return scenarios;
}

const gateway = await Gateway.start(folder);
let alone = 0;
try {
  const operator = await gateway.key('operator', 'operator');
  const policy = await gateway.post(await gateway.key('author', 'author'), '/v1/policies', { files: bundle });
  await gateway.post(await gateway.key('reviewer', 'reviewer'), `/v1/policies/${policy.digest}/activate`, {});
  await gateway.post(operator, '/v1/agents', { name: 'suite', owner: 'operator', description: 'the conformance suite' });
  const proxy = await withKey(gateway.url, await gateway.key('suite', 'agent'));
  for (const revision of ['2025-11-25', '2026-07-28']) {
    // The fixture has other tools in each era, so that Writ has to speak with it as the suite does with Writ.
    await gateway.post(operator, '/v1/connectors', {
      name: 'fixture', kind: 'mcp', url: fixture, allowPrivateAddresses: true, prefix: '', protocol: revision,
      relay: { elicitation: true, sampling: true, roots: true, logging: true },
    });
    const direct = await suite(fixture, revision);
    const through = await suite(proxy.url, revision);
    console.log(`\n${revision}: passed/failed directly, and through Writ`);
    const sum = [0, 0, 0, 0];
    for (const [scenario, was] of direct) {
      const is = through.get(scenario) ?? { passed: [], failed: was.passed };
      const figures = [was.passed, was.failed, is.passed, is.failed].map(checks => checks.length);
      figures.forEach((figure, at) => (sum[at] += figure));
      console.log(`${scenario.padEnd(50)} ${figures[0]}/${figures[1]}  ${figures[2]}/${figures[3]}  ${was.uncounted ? 'not counted' : ''}`);
      const passed = new Set(was.passed.map(check => check.id));
      for (const check of is.failed.filter(failed => passed.has(failed.id))) {
        alone += was.uncounted ? 0 : 1;
        console.log(`    passes directly: ${check.id}: ${check.errorMessage ?? ''}`);
      }
    }
    console.log(`${'all'.padEnd(50)} ${sum[0]}/${sum[1]}  ${sum[2]}/${sum[3]}`);
  }
  proxy.stop();
} finally {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${alone} checks that count pass directly and fail through Writ`);
process.exit(alone === 0 ? 0 : 1);
