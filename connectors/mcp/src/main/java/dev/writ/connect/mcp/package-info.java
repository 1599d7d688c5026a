/** Calls the tools of MCP servers, of revision 2026-07-28 and of those before it, over streamable HTTP and over stdio. */
@NullMarked
package dev.writ.connect.mcp;

import org.jspecify.annotations.NullMarked;
