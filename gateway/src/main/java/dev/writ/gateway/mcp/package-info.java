/** The face of the gateway that clients of MCP speak to: it translates, and decides nothing. */
@NullMarked
package dev.writ.gateway.mcp;

import org.jspecify.annotations.NullMarked;
