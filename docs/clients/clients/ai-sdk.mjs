// The Vercel AI SDK, with a model that plays a script: one call, then an end.
import { createMCPClient } from '@ai-sdk/mcp';
import { generateText, isStepCount } from 'ai';

export const packages = ['ai', '@ai-sdk/mcp'];

export async function connect({ url, token }) {
  const client = await createMCPClient({ transport: { type: 'http', url, headers: { Authorization: `Bearer ${token}` } } });
  const tools = await client.tools();
  return {
    list: async () => Object.keys(tools),
    call: async (name, args) => {
      let line = 0;
      const usage = { inputTokens: { total: 0 }, outputTokens: { total: 0 } };
      const model = {
        specificationVersion: 'v4', provider: 'script', modelId: 'one-call', supportedUrls: {},
        doGenerate: async () => (line++ === 0
          ? { content: [{ type: 'tool-call', toolCallId: 'call-1', toolName: name, input: JSON.stringify(args) }],
              finishReason: { unified: 'tool-calls', raw: 'tool' }, usage, warnings: [] }
          : { content: [{ type: 'text', text: 'done' }], finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [] }),
        doStream: async () => { throw new Error('the script does not stream'); },
      };
      const { steps } = await generateText({ model, tools, prompt: 'go', stopWhen: isStepCount(3) });
      return JSON.stringify(steps.flatMap(step => step.content)
        .filter(part => part.type === 'tool-result' || part.type === 'tool-error')
        .map(part => part.output ?? String(part.error)));
    },
    close: () => client.close(),
  };
}
