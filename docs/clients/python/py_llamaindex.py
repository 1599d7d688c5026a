"""LlamaIndex's MCP tools."""

import asyncio

from lines import HEADERS, URL, answer
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec


async def main() -> None:
    tools = await McpToolSpec(client=BasicMCPClient(URL, headers=HEADERS, timeout=120)).to_tool_list_async()

    async def list_tools():
        return [tool.metadata.name for tool in tools]

    async def call(name, arguments):
        tool = next(tool for tool in tools if tool.metadata.name == name)
        return str((await tool.acall(**arguments)).raw_output)

    await answer(["llama-index-tools-mcp", "mcp"], list_tools, call)


asyncio.run(main())
