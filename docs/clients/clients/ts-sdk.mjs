// The MCP TypeScript SDK, 1.x, which speaks the revisions of 2025.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export const packages = ['@modelcontextprotocol/sdk'];

export async function connect({ url, token }) {
  const client = new Client({ name: 'table', version: '1' }, { capabilities: {} });
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${token}` } } });
  await client.connect(transport);
  return {
    revision: transport.protocolVersion,
    list: async () => (await client.listTools()).tools.map(tool => tool.name),
    call: async (name, args) => JSON.stringify(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
}
