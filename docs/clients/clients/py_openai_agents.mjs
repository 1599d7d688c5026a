// python/py_openai_agents.py, if PYTHON_MCP2 is a Python that has what it needs.
import { python } from '../python.mjs';

export const { packages, connect, skipped } = python('py_openai_agents', 'PYTHON_MCP2');
