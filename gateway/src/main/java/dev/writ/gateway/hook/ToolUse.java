package dev.writ.gateway.hook;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A tool that a coding agent is about to use, or has used.
 *
 * @param server the MCP server that carries it out, as the agent's configuration calls it; empty if the agent does
 * @param tool the tool's own name
 * @param session the agent's name for its session: its word, and nothing that Writ opened
 * @param id the agent's name for this use, if its hooks tell one
 * @param folder in which the agent works, as it says
 */
record ToolUse(
        CodingAgent agent,
        Optional<String> server,
        String tool,
        JsonObject arguments,
        Optional<String> session,
        Optional<String> id,
        Optional<String> folder) {

    /**
     * What the catalogue calls the tool.
     *
     * @param connector that lists the agent's own tools
     */
    String name(String connector) {
        // Its tools could take the names of the agent's own, or of other servers'.
        if (server.filter(name -> name.equals(connector) || name.contains(".")).isPresent()) {
            throw new Problem(
                    ProblemType.NOT_FOUND,
                    "The agent's name for this MCP server has a dot, or is that of the connector that lists the agent's own tools."
                            + " Call the server something else in the agent's settings.");
        }
        // Some letters have a small one that is ASCII, such as the sign of Kelvin.
        if (!tool.chars().allMatch(unit -> unit < 128)) {
            throw new Problem(ProblemType.NOT_FOUND, "No tool has a name like that: it is not ASCII.");
        }
        return ToolName.text(server.orElse(connector), tool);
    }

    /** The same for every hook that is told of this use; empty if the agent gives it no name. */
    Optional<String> key() {
        return id.map(use -> "hook:"
                + Digest.of((agent.text() + "\n" + session.orElse("") + "\n" + use).getBytes(StandardCharsets.UTF_8))
                        .value());
    }

    /**
     * What people read of where the call comes from.
     *
     * @param longest in characters
     */
    String purpose(int longest) {
        String all = agent.text()
                + session.map(name -> ", session " + name).orElse("")
                + folder.map(path -> ", in " + path).orElse("");
        return all.substring(0, all.offsetByCodePoints(0, Math.min(longest, all.codePointCount(0, all.length()))));
    }

    @Override
    public String toString() {
        return "ToolUse[" + agent.text() + "]";
    }
}
