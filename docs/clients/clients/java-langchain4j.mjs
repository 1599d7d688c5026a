// LangChain4j's MCP client, with Maven.
import { java } from '../java.mjs';

export const { packages, connect } = java('LangChain4jMcp');
