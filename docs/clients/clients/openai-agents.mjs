// The OpenAI Agents SDK, with a model that plays a script: one call, then an end.
import { Agent, MCPServerStreamableHttp, Runner, Usage, setTracingDisabled } from '@openai/agents';

export const packages = ['@openai/agents'];

setTracingDisabled(true);

export async function connect({ url, token }) {
  const server = new MCPServerStreamableHttp({
    url, name: 'writ', clientSessionTimeoutSeconds: 120, requestInit: { headers: { Authorization: `Bearer ${token}` } },
  });
  await server.connect();
  return {
    list: async () => (await server.listTools()).map(tool => tool.name),
    call: async (listed, args) => {
      // The SDK offers its models other names than the server lists: what is no letter or digit becomes an underscore.
      const name = listed.replace(/[^A-Za-z0-9]/g, '_');
      let line = 0;
      const model = {
        getResponse: async () => (line++ === 0
          ? { usage: new Usage(), output: [{ type: 'function_call', callId: 'call-1', name, arguments: JSON.stringify(args), status: 'completed' }] }
          : { usage: new Usage(), output: [{ type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'done' }] }] }),
        getStreamedResponse: async function* () { throw new Error('the script does not stream'); },
      };
      const run = await new Runner({ tracingDisabled: true }).run(new Agent({ name: 'table', model, mcpServers: [server] }), 'go');
      return JSON.stringify(run.newItems.filter(item => item.type === 'tool_call_output_item').map(item => item.output));
    },
    close: () => server.close(),
  };
}
