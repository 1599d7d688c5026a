"""A LangChain agent, which LangGraph runs. Its tools come from Writ over MCP; no rule and no credential is in here."""

import asyncio
import json
import os
import re
import urllib.request

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_mcp_adapters.client import MultiServerMCPClient

WRIT = os.environ["WRIT_URL"]
TASK = "I was charged twice: 18.00 for pay-3001 and 480.00 for pay-3005. I want both back."
PROMPT = (
    "You help the customer cus-1001 with billing. Look before you act. When a tool says that a call is denied, read why and choose"
    " another way, or tell the customer. When it says PENDING_APPROVAL, ask writ_call_status what became of it."
)


async def main() -> None:
    writ = MultiServerMCPClient(
        {
            "writ": {
                "transport": "streamable_http",
                "url": WRIT + "/mcp",
                "headers": {"Authorization": "Bearer " + os.environ["WRIT_AGENT_KEY"]},
            }
        }
    )
    tools = await writ.get_tools()
    for tool in tools:
        # What a tool says of an error is for the model to read, not the end of the agent.
        tool.handle_tool_error = True
    print("tools:      " + ", ".join(sorted(tool.name for tool in tools)))
    agent = create_agent(model(), tools, system_prompt=PROMPT)

    finance = asyncio.create_task(approve_what_waits())
    print("customer:   " + TASK)
    async for step in agent.astream({"messages": [HumanMessage(TASK)]}, stream_mode="updates"):
        for update in step.values():
            for message in update["messages"]:
                show(message)
    finance.cancel()


def show(message) -> None:
    if isinstance(message, ToolMessage):
        print("  answer:   " + shortened(text(message)))
    else:
        for call in message.tool_calls:
            print(f"  tool:     {call['name']} {json.dumps(call['args'])}")
        if message.content:
            print("agent:      " + text(message))


def text(message) -> str:
    parts = message.content if isinstance(message.content, list) else [message.content]
    return " ".join(part if isinstance(part, str) else part.get("text", "") for part in parts)


def shortened(line: str) -> str:
    return line if len(line) <= 300 else line[:300] + "…"


def model() -> BaseChatModel:
    """A real model if OPENAI_MODEL names one; otherwise a script, so that the sample needs nobody else."""
    if "OPENAI_MODEL" in os.environ:
        from langchain_openai import ChatOpenAI

        return ChatOpenAI(model=os.environ["OPENAI_MODEL"])
    return Script()


def refund(payment: str, amount: float):
    arguments = {"customer": "cus-1001", "payment": payment, "card": "card-7002", "amount": amount, "reason": "charged twice"}
    return "billing__refund", arguments


class Script(BaseChatModel):
    """Plays a model: says its next line, with the newest answer of a tool before its eyes."""

    line: int = 0

    @property
    def _llm_type(self) -> str:
        return "script"

    def bind_tools(self, tools, **kwargs):
        return self

    def _generate(self, messages, stop=None, run_manager=None, **kwargs) -> ChatResult:
        told = text(messages[-1]) if isinstance(messages[-1], ToolMessage) else ""
        said = self._next(told)
        message = (
            AIMessage(said)
            if isinstance(said, str)
            else AIMessage("", tool_calls=[{"id": f"call-{self.line}", "name": said[0], "args": said[1]}])
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _next(self, told: str):
        pending = re.search(r"PENDING_APPROVAL[^0-9a-f]*([0-9a-f-]{36})", told)
        if pending:
            return "writ_call_status", {"callId": pending.group(1)}
        self.line += 1
        if self.line == 1:
            return "billing__list_payments", {"customer": "cus-1001"}
        if self.line == 2:
            return refund("pay-3001", 18.00)
        if self.line == 3 and "duplicate" in told:
            # It was told that this charge is none of the duplicates, and takes the one that is.
            return refund("pay-3003", 18.00)
        if self.line == 4:
            return refund("pay-3005", 480.00)
        return "The duplicate of 18.00 was pay-3003: it is refunded. " + (
            "Finance approved the 480.00: they are refunded too." if "ref-" in told else "The 480.00 are not refunded: " + told
        )


async def approve_what_waits() -> None:
    """The person in finance. In earnest, somebody who reads what will be sent before they say yes."""
    while True:
        await asyncio.sleep(1)
        for waiting in (await asyncio.to_thread(as_finance, "/v1/approvals"))["items"]:
            view = (await asyncio.to_thread(as_finance, "/v1/approvals/" + waiting["id"]))["viewDigest"]
            answer = {"reason": "The bank confirms that it was charged twice.", "view": view}
            await asyncio.to_thread(as_finance, f"/v1/approvals/{waiting['id']}/approve", answer)
            print("finance:    approves call " + waiting["id"])


def as_finance(path: str, body=None):
    request = urllib.request.Request(
        WRIT + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + os.environ["WRIT_FINANCE_KEY"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


asyncio.run(main())
