// LangChain's MCP adapters, with a LangGraph agent whose model plays a script: one call, then an end.
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { MessagesAnnotation, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';

export const packages = ['@langchain/mcp-adapters', '@langchain/langgraph'];

export async function connect({ url, token }) {
  const client = new MultiServerMCPClient({
    throwOnLoadError: true,
    prefixToolNameWithServerName: false,
    mcpServers: { writ: { transport: 'http', url, headers: { Authorization: `Bearer ${token}` } } },
  });
  const tools = await client.getTools();
  return {
    list: async () => tools.map(tool => tool.name),
    call: async (name, args) => {
      const model = ({ messages }) => ({
        messages: [messages.some(message => message.getType() === 'tool')
          ? new AIMessage('done')
          : new AIMessage({ content: '', tool_calls: [{ id: 'call-1', name, args }] })],
      });
      const agent = new StateGraph(MessagesAnnotation)
        .addNode('model', model)
        .addNode('tools', new ToolNode(tools))
        .addEdge('__start__', 'model')
        .addConditionalEdges('model', ({ messages }) => (messages.at(-1).tool_calls?.length ? 'tools' : '__end__'))
        .addEdge('tools', 'model')
        .compile();
      const { messages } = await agent.invoke({ messages: [new HumanMessage('go')] });
      return JSON.stringify(messages.filter(message => message.getType() === 'tool').map(message => message.content));
    },
    close: () => client.close(),
  };
}
