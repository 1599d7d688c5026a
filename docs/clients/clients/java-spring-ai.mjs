// Spring AI's MCP tools, with Maven.
import { java } from '../java.mjs';

export const { packages, connect } = java('SpringAiMcp');
