// Drives real MCP clients through a fresh Writ to several servers, and prints what came of it.
//
//   npm install && npm start                 all clients
//   npm start -- ts-client inspector         those
//   npm start -- --only billing,memory       all clients, those servers
//   npm start -- --serve                     only starts it all, for clients that are driven by hand
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Gateway, approving, startBilling } from './gateway.mjs';
import { REASON, bundle, servers } from './servers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const version = name => JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8')).version;
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined;
const asked = process.argv.slice(2).filter((word, at, words) => word !== '--only' && words[at - 1] !== '--only');
const folder = mkdtempSync(join(tmpdir(), 'writ-clients-'));
let all;
let billing;
let gateway;
let ok = true;
try {
  billing = await startBilling();
  all = servers(folder, billing).filter(server => !only || only.includes(server.name));
  gateway = await Gateway.start(folder);
  await setUp();
  await (asked.includes('--serve') ? serve() : drive());
} finally {
  await gateway?.stop();
  billing?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(ok ? 0 : 1);

async function setUp() {
  const operator = await gateway.key('olga', 'operator');
  for (const { name, connector } of all) {
    await gateway.post(operator, '/v1/connectors', { name, ...connector });
  }
  const { digest } = await gateway.post(await gateway.key('arno', 'author'), '/v1/policies', { files: bundle(all) });
  await gateway.post(await gateway.key('rita', 'reviewer'), `/v1/policies/${digest}/activate`, {});
  gateway.operator = operator;
  gateway.approver = await gateway.key('fay', 'approver', ['reviewers']);
  gateway.auditor = await gateway.key('aude', 'auditor');
}

async function agent(name) {
  await gateway.post(gateway.operator, '/v1/agents', { name, owner: 'olga', description: 'a client of the table' });
  return gateway.key(name, 'agent');
}

async function serve() {
  console.log(`URL=${gateway.url}/mcp\nTOKEN=${await agent('by-hand')}\nAPPROVER=${gateway.approver}`);
  all.forEach(server => console.log(JSON.stringify({
    server: server.name, allowed: server.allowed, denied: server.denied, escalated: server.escalated('by-hand'),
  })));
  approving(gateway, gateway.approver);
  console.log('What waits is approved. Stop with Ctrl-C.');
  await new Promise(stopped => process.once('SIGINT', stopped).once('SIGTERM', stopped));
}

async function drive() {
  const names = readdirSync(join(here, 'clients')).map(file => file.replace('.mjs', '')).sort();
  const rows = [];
  for (const name of names.filter(name => asked.length === 0 || asked.includes(name))) {
    const row = await driven(name);
    if (row) rows.push(row);
  }
  const head = ['client', 'revision', ...all.map(server => server.title ?? `${server.name} ${version(server.package)}`)];
  console.log(`\n| ${head.join(' | ')} |\n|${head.map(() => '---').join('|')}|`);
  rows.forEach(row => console.log(`| ${row.join(' | ')} |`));
  console.log(`\nWrit on Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
}

/** One row: what one client made of each server. */
async function driven(name) {
  const { connect, packages, skipped } = await import(`./clients/${name}.mjs`);
  if (skipped) {
    console.error(`${name}: left out, ${skipped}`);
    return undefined;
  }
  const token = await agent(name);
  const title = packages.map(each => `${each} ${version(each)}`).join(', ');
  let client;
  try {
    client = await connect({ url: `${gateway.url}/mcp`, token });
    const cells = [];
    for (const server of all) cells.push(await cell(name, client, server));
    return [client.client ?? title, client.revision ?? '', ...cells];
  } catch (failed) {
    ok = false;
    console.error(`${name}: ${failed.stack}`);
    return [title || name, 'does not connect', ...all.map(() => '')];
  } finally {
    await client?.close();
  }
}

/** One cell: the steps that came out as they should, and those that did not. */
async function cell(name, client, server) {
  const call = ({ tool, arguments: args }) => client.call(`${server.name}__${tool}`, args);
  const escalated = server.escalated(name);
  const steps = {
    list: async () => {
      const tools = await client.list();
      return [server.allowed, escalated].every(({ tool }) => tools.includes(`${server.name}__${tool}`)) || tools.join(' ');
    },
    allowed: async () => contains(await call(server.allowed), server.allowed.answer),
    denied: async () => contains(await call(server.denied), REASON),
    escalated: async () => {
      const stop = approving(gateway, gateway.approver);
      try {
        const answer = await call(escalated);
        return (await stop()) > 0 ? contains(answer, escalated.answer) : `nobody was asked: ${answer}`;
      } finally {
        await stop();
      }
    },
    recorded: async () => {
      const { entries } = await gateway.get(gateway.auditor, `/v1/audit/entries?kind=DECIDED&agent=${name}&limit=100`);
      const effects = entries.map(entry => entry.columns.verdict).filter(Boolean);
      return ['allow', 'deny', 'escalate'].every(effect => effects.includes(effect)) || JSON.stringify(effects);
    },
  };
  const told = [];
  for (const [step, run] of Object.entries(steps)) {
    const came = await run().catch(failed => failed.stack);
    if (came !== true) {
      ok = false;
      console.error(`${name}, ${server.name}, ${step}: ${came}`);
    }
    told.push(came === true ? step : `**not ${step}**`);
  }
  console.error(`${name}, ${server.name}: ${told.join(', ')}`);
  return told.every(step => !step.startsWith('*')) ? 'all' : told.join(', ');
}

function contains(answer, expected) {
  return answer.includes(expected) || answer;
}
