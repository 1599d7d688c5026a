// The servers of the table: how Writ gets to each, and what is called on it.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const program = name => join(dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), 'dist/index.js');

/**
 * @param folder where they keep what they keep
 * @param billing where the demo's billing service runs: its URL, its OpenAPI document, and the credential that it asks for
 */
export function servers(folder, billing) {
  const files = join(folder, 'files');
  mkdirSync(files);
  writeFileSync(join(files, 'notes.txt'), 'written for everybody');
  writeFileSync(join(files, 'private.txt'), 'not to be read');
  const programs = [
    {
      name: 'everything',
      package: '@modelcontextprotocol/server-everything',
      command: [process.execPath, program('server-everything'), 'stdio'],
      allowed: { tool: 'echo', arguments: { message: 'hello' }, answer: 'hello' },
      denied: { tool: 'echo', arguments: { message: 'attack' } },
      escalated: () => ({ tool: 'get-sum', arguments: { a: 2, b: 40 }, answer: '42' }),
    },
    {
      name: 'filesystem',
      package: '@modelcontextprotocol/server-filesystem',
      command: [process.execPath, program('server-filesystem'), files],
      allowed: { tool: 'read_text_file', arguments: { path: join(files, 'notes.txt') }, answer: 'written for everybody' },
      denied: { tool: 'read_text_file', arguments: { path: join(files, 'private.txt') } },
      escalated: client => ({
        tool: 'write_file', arguments: { path: join(files, `${client}.txt`), content: 'approved' }, answer: 'Successfully wrote',
      }),
    },
    {
      name: 'memory',
      package: '@modelcontextprotocol/server-memory',
      command: [process.execPath, program('server-memory')],
      env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
      allowed: { tool: 'search_nodes', arguments: { query: 'anything' }, answer: 'entities' },
      denied: { tool: 'search_nodes', arguments: { query: 'salaries' } },
      escalated: client => ({
        tool: 'create_entities',
        arguments: { entities: [{ name: `known-to-${client}`, entityType: 'test', observations: ['approved'] }] },
        answer: `known-to-${client}`,
      }),
    },
  ];
  return [
    {
      name: 'billing',
      title: 'billing (OpenAPI)',
      connector: {
        kind: 'http', baseUrl: billing.url, allowPrivateAddresses: true, document: billing.document,
        credential: { header: 'Authorization', value: `Bearer ${billing.credential}` },
      },
      allowed: { tool: 'list_payments', arguments: { customer: 'cus-1001' }, answer: 'pay-3001' },
      denied: { tool: 'list_payments', arguments: { customer: 'cus-1002' } },
      escalated: () => ({ tool: 'get_invoice', arguments: { invoice: 'inv-5001' }, answer: 'inv-5001' }),
    },
    ...programs.map(({ command, env, ...server }) => ({ ...server, connector: { kind: 'mcp', command, ...(env && { env }) } })),
  ];
}

export const REASON = 'this is not for agents';

/** What clients may do with those servers. Whatever is not named is denied. */
export const bundle = all => ({
  'bundle.yaml': `name: clients
version: "1"
description: What the clients of the table may do
owners: [operator]
groups: [reviewers]
scope: [${all.map(server => `"${server.name}.*"`).join(', ')}]
`,
  'rules.drl': all.map(rules).join(''),
});

function rules({ name, allowed, denied, escalated }) {
  const [argument, value] = Object.entries(denied.arguments)[0];
  return `
rule "looking at ${name}"
when
    ToolCall( tool == "${name}.${allowed.tool}" )
then
    allow("looking changes nothing");
end

rule "not everything of ${name}"
when
    ToolCall( tool == "${name}.${denied.tool}", text("${argument}") == "${value}" )
then
    deny("${REASON}");
end

rule "a person looks first at ${name}"
when
    ToolCall( tool == "${name}.${escalated('').tool}" )
then
    escalate("a person looks at it first").to("reviewers").within("10m");
end
`;
}
