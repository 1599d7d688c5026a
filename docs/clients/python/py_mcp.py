"""The MCP Python SDK, 2.x. It asks for the newest revision that both sides speak."""

import asyncio

import httpx2
from lines import HEADERS, URL, answer
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


async def main() -> None:
    transport = streamable_http_client(URL, http_client=httpx2.AsyncClient(headers=HEADERS, timeout=120))
    async with Client(transport) as client:

        async def list_tools():
            return [tool.name for tool in (await client.list_tools()).tools]

        async def call(tool, arguments):
            return (await client.call_tool(tool, arguments)).model_dump_json(exclude_none=True)

        await answer(["mcp"], list_tools, call, str(client.protocol_version))


asyncio.run(main())
