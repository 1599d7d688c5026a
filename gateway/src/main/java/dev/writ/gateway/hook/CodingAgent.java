package dev.writ.gateway.hook;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Effect;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Coding agents whose hooks are understood. What they send differs in names; what they can be told differs in more. Members that are
 * not known are passed over: agents add some with every release.
 */
enum CodingAgent {
    /** Claude Code, and agents that took over its hooks: <a href="https://code.claude.com/docs/en/hooks">reference</a>. */
    CLAUDE_CODE("PreToolUse", "PostToolUse", "tool_name", "tool_input", "session_id", true) {
        @Override
        JsonObject answer(Ruling ruling) {
            return specific(ruling);
        }
    },
    /**
     * Takes {@code allow} and {@code ask} for mistakes of the hook, and goes on after those; so silence is the only way to allow.
     *
     * @see <a href="https://developers.openai.com/codex/hooks">Codex hooks</a>
     */
    CODEX("PreToolUse", "PostToolUse", "tool_name", "tool_input", "session_id", false) {
        @Override
        JsonObject answer(Ruling ruling) {
            return ruling.effect() == Effect.ALLOW ? JsonObject.empty() : specific(ruling);
        }
    },
    /** Gemini CLI: <a href="https://geminicli.com/docs/hooks/reference">reference</a>. */
    GEMINI_CLI("BeforeTool", "AfterTool", "tool_name", "tool_input", "session_id", false) {
        @Override
        JsonObject answer(Ruling ruling) {
            return JsonObject.builder()
                    .put("decision", ruling.word())
                    .put("reason", ruling.reason())
                    .build();
        }
    },
    /**
     * Takes {@code ask} before a tool is used, and goes on without asking.
     *
     * @see <a href="https://cursor.com/docs/agent/hooks">Cursor hooks</a>
     */
    CURSOR("preToolUse", "postToolUse", "tool_name", "tool_input", "conversation_id", false) {
        @Override
        JsonObject answer(Ruling ruling) {
            return JsonObject.builder()
                    .put("permission", ruling.word())
                    .put("user_message", ruling.reason())
                    .put("agent_message", ruling.reason())
                    .build();
        }
    },
    /** GitHub Copilot: <a href="https://docs.github.com/en/copilot/reference/hooks-reference">reference</a>. */
    COPILOT("preToolUse", "postToolUse", "toolName", "toolArgs", "sessionId", true) {
        @Override
        JsonObject answer(Ruling ruling) {
            return JsonObject.builder()
                    .put("permissionDecision", ruling.word())
                    .put("permissionDecisionReason", ruling.reason())
                    .build();
        }
    };

    /** What agents call the tools of MCP servers. */
    private static final Pattern OF_SERVER = Pattern.compile("mcp__(.+?)__(.+)", Pattern.DOTALL);

    /** The same with more than one place where the server's name may end. */
    private static final Pattern OF_SEVERAL = Pattern.compile("mcp__.+?__(_.+|.+__.+)", Pattern.DOTALL);

    private static final String FAILURE = "Failure";
    private static final int DEEPEST = 64;

    private final String before;
    private final String after;
    private final String tool;
    private final String arguments;
    private final String session;
    private final boolean asks;

    /**
     * @param before what it calls the event before a tool is used
     * @param after what it calls the event after one was used
     * @param tool and the further ones: what it calls these members
     * @param asks whether it can be told to ask the person who sits before it
     */
    CodingAgent(String before, String after, String tool, String arguments, String session, boolean asks) {
        this.before = before;
        this.after = after;
        this.tool = tool;
        this.arguments = arguments;
        this.session = session;
        this.asks = asks;
    }

    /** As a hook's address names it. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<CodingAgent> of(String text) {
        return Arrays.stream(values())
                .filter(agent -> agent.text().equals(text))
                .findFirst();
    }

    /** Whether it can be told to ask the person who sits before it. */
    boolean canAsk() {
        return asks;
    }

    /** In the agent's shape. */
    abstract JsonObject answer(Ruling ruling);

    /** What it is about to do. */
    ToolUse before(JsonObject said) {
        event(said).filter(event -> !event.equals(before)).ifPresent(other -> {
            throw malformed("This hook is for " + before + ", and the agent sent another event.");
        });
        return read(said);
    }

    /** What it has done. */
    ToolUse after(JsonObject said) {
        event(said)
                .filter(event -> !event.equals(after) && !event.equals(after + FAILURE))
                .ifPresent(other -> {
                    throw malformed("This hook is for " + after + ", and the agent sent another event.");
                });
        return read(said);
    }

    /** Whether it says that the tool failed. */
    boolean saysFailed(JsonObject said) {
        return event(said).filter((after + FAILURE)::equals).isPresent()
                || said.object("tool_response")
                        .flatMap(response -> response.get("error"))
                        .isPresent();
    }

    private static Optional<String> event(JsonObject said) {
        return said.text("hook_event_name");
    }

    private ToolUse read(JsonObject said) {
        String called = said.text(tool)
                .filter(name -> !name.isEmpty())
                .orElseThrow(() -> malformed("'" + tool + "' is missing. Check 'agent' in the hook's address."));
        Optional<JsonObject> server = said.object("mcp_context").filter(context -> this == GEMINI_CLI);
        Matcher ofServer = OF_SERVER.matcher(called);
        boolean isOfServer = ofServer.matches();
        if (server.isEmpty() && OF_SEVERAL.matcher(called).matches()) {
            throw new Problem(
                    ProblemType.NOT_FOUND,
                    "Nobody can tell where the server's name ends in the name of this tool, since '__' is in it twice. Call the server"
                            + " something without '_' at its end and without '__' in the agent's settings; a tool whose own name has"
                            + " '__' can be called only through Writ.");
        }
        return new ToolUse(
                this,
                server.map(context -> required(context, "server_name"))
                        .or(() -> isOfServer ? Optional.of(ofServer.group(1)) : Optional.empty()),
                server.map(context -> required(context, "tool_name"))
                        .orElseGet(() -> isOfServer ? ofServer.group(2) : called),
                arguments(said),
                said.text(session),
                said.text("tool_use_id"),
                said.text("cwd"));
    }

    private static String required(JsonObject context, String member) {
        return context.text(member).orElseThrow(() -> malformed("'mcp_context." + member + "' is missing."));
    }

    /** Some send them as a text that holds the object. */
    private JsonObject arguments(JsonObject said) {
        return said.object(arguments)
                .or(() -> said.text(arguments).flatMap(CodingAgent::parse))
                .orElseThrow(() -> malformed("'" + arguments + "' is not there, or is no object."));
    }

    private static Optional<JsonObject> parse(String text) {
        try {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return Optional.of(JsonValue.parse(utf8, new JsonLimits(utf8.length, DEEPEST)))
                    .filter(JsonObject.class::isInstance)
                    .map(JsonObject.class::cast);
        } catch (JsonException none) {
            return Optional.empty();
        }
    }

    private static JsonObject specific(Ruling ruling) {
        return JsonObject.builder()
                .put(
                        "hookSpecificOutput",
                        JsonObject.builder()
                                .put("hookEventName", "PreToolUse")
                                .put("permissionDecision", ruling.word())
                                .put("permissionDecisionReason", ruling.reason())
                                .build())
                .build();
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
