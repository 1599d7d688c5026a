"""One line of JSON in, one line of JSON out: how table.mjs talks with a client in another language."""

import asyncio
import importlib.metadata
import json
import os
import sys

URL = os.environ["MCP_URL"]
HEADERS = {"Authorization": "Bearer " + os.environ["MCP_TOKEN"]}


def say(line) -> None:
    print(json.dumps(line), flush=True)


def versions(*packages: str) -> str:
    return ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)


async def answer(packages, list_tools, call, revision="") -> None:
    """Says who it is, and then does what it is asked until nobody asks any more."""
    say({"client": versions(*packages), "revision": revision})
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        try:
            if asked["do"] == "list":
                say({"tools": await list_tools()})
            else:
                say({"answer": await call(asked["tool"], asked["arguments"])})
        except Exception as failed:  # Whatever it is, the table tells of it.
            say({"error": repr(failed)})
