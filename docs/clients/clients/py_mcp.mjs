// python/py_mcp.py, if PYTHON_MCP2 is a Python that has what it needs.
import { python } from '../python.mjs';

export const { packages, connect, skipped } = python('py_mcp', 'PYTHON_MCP2');
