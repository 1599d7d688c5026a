"""LangChain's MCP adapters, with a LangGraph agent whose model plays a script: one call, then an end."""

import asyncio

from langchain_core.messages import AIMessage, HumanMessage
from langchain_mcp_adapters.client import MultiServerMCPClient
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from lines import HEADERS, URL, answer


async def main() -> None:
    client = MultiServerMCPClient({"writ": {"transport": "streamable_http", "url": URL, "headers": HEADERS}})
    tools = await client.get_tools()

    async def list_tools():
        return [tool.name for tool in tools]

    async def call(name, arguments):
        def model(state):
            if any(message.type == "tool" for message in state["messages"]):
                return {"messages": [AIMessage("done")]}
            return {"messages": [AIMessage("", tool_calls=[{"id": "call-1", "name": name, "args": arguments}])]}

        def after(state):
            return "tools" if state["messages"][-1].tool_calls else END

        graph = StateGraph(MessagesState)
        graph.add_node("model", model)
        graph.add_node("tools", ToolNode(tools, handle_tool_errors=True))
        graph.add_edge(START, "model")
        graph.add_conditional_edges("model", after, ["tools", END])
        graph.add_edge("tools", "model")
        ended = await graph.compile().ainvoke({"messages": [HumanMessage("go")]})
        return [message.content for message in ended["messages"] if message.type == "tool"]

    await answer(["langchain-mcp-adapters", "langgraph", "mcp"], list_tools, call)


asyncio.run(main())
