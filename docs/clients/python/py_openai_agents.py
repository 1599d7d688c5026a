"""The OpenAI Agents SDK, with a model that plays a script: one call, then an end."""

import asyncio
import json

from agents import Agent, Model, ModelResponse, RunConfig, Runner, Usage, set_tracing_disabled
from agents.mcp import MCPServerStreamableHttp
from lines import HEADERS, URL, answer
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

set_tracing_disabled(True)


class OneCall(Model):
    def __init__(self, tool, arguments):
        self.tool, self.arguments, self.line = tool, json.dumps(arguments), 0

    async def get_response(self, *args, **kwargs):
        self.line += 1
        if self.line == 1:
            said = ResponseFunctionToolCall(
                type="function_call", call_id="call-1", name=self.tool, arguments=self.arguments
            )
        else:
            text = ResponseOutputText(type="output_text", text="done", annotations=[])
            said = ResponseOutputMessage(
                id="message-1", type="message", role="assistant", status="completed", content=[text]
            )
        return ModelResponse(output=[said], usage=Usage(), response_id=None)

    def stream_response(self, *args, **kwargs):
        raise NotImplementedError("the script does not stream")


async def main() -> None:
    server = MCPServerStreamableHttp(
        {"url": URL, "headers": HEADERS, "timeout": 120}, name="writ", client_session_timeout_seconds=120
    )
    async with server:

        async def list_tools():
            return [tool.name for tool in await server.list_tools()]

        async def call(tool, arguments):
            agent = Agent(name="table", model=OneCall(tool, arguments), mcp_servers=[server])
            run = await Runner.run(agent, "go", run_config=RunConfig(tracing_disabled=True))
            return [str(item.output) for item in run.new_items if item.type == "tool_call_output_item"]

        await answer(["openai-agents", "mcp"], list_tools, call)


asyncio.run(main())
