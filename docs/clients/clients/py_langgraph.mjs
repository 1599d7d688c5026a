// python/py_langgraph.py, if PYTHON_MCP1 is a Python that has what it needs.
import { python } from '../python.mjs';

export const { packages, connect, skipped } = python('py_langgraph', 'PYTHON_MCP1');
