// The MCP TypeScript client, 2.x. It asks for the newest revision that both sides speak.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

export const packages = ['@modelcontextprotocol/client'];

export async function connect({ url, token }) {
  const client = new Client({ name: 'table', version: '1' }, { capabilities: {}, versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${token}` } } }));
  return {
    revision: client.getNegotiatedProtocolVersion?.(),
    list: async () => (await client.listTools()).tools.map(tool => tool.name),
    call: async (name, args) => JSON.stringify(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
}
