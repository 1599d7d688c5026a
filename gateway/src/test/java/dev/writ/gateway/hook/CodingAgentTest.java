package dev.writ.gateway.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.gateway.problem.Problem;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodingAgentTest {

    private static final Ruling ALLOW = new Ruling(Effect.ALLOW, "fine");
    private static final Ruling ASK = new Ruling(Effect.ESCALATE, "look at it");
    private static final Ruling DENY = Ruling.deny("no");

    @Test
    void eachSaysInItsOwnNamesWhatItIsAboutToDo() {
        assertThat(CodingAgent.CLAUDE_CODE.before(json("""
                {"session_id": "s", "transcript_path": "/t", "cwd": "/w", "permission_mode": "default", "hook_event_name": "PreToolUse",
                 "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "u", "new_in_the_next_release": 1}
                """)))
                .isEqualTo(use(CodingAgent.CLAUDE_CODE, "Bash", Optional.of("u")));
        assertThat(CodingAgent.CODEX.before(json("""
                {"session_id": "s", "turn_id": "t", "transcript_path": null, "cwd": "/w", "model": "m", "permission_mode": "default",
                 "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "u"}
                """))).isEqualTo(use(CodingAgent.CODEX, "Bash", Optional.of("u")));
        assertThat(CodingAgent.GEMINI_CLI.before(json("""
                {"session_id": "s", "transcript_path": "/t", "cwd": "/w", "hook_event_name": "BeforeTool", "timestamp": "now",
                 "tool_name": "run_shell_command", "tool_input": {"command": "ls"}}
                """)))
                .isEqualTo(use(CodingAgent.GEMINI_CLI, "run_shell_command", Optional.empty()));
        assertThat(CodingAgent.CURSOR.before(json("""
                {"conversation_id": "s", "generation_id": "g", "model": "m", "hook_event_name": "preToolUse", "cursor_version": "2",
                 "workspace_roots": ["/w"], "tool_name": "Shell", "tool_input": {"command": "ls"}, "tool_use_id": "u", "cwd": "/w"}
                """))).isEqualTo(use(CodingAgent.CURSOR, "Shell", Optional.of("u")));
        assertThat(CodingAgent.COPILOT.before(json("""
                {"sessionId": "s", "timestamp": 1, "cwd": "/w", "toolName": "bash", "toolArgs": "{\\"command\\": \\"ls\\"}"}
                """))).isEqualTo(use(CodingAgent.COPILOT, "bash", Optional.empty()));
    }

    @Test
    void anAgentThatTakesAnAllowForAMistakeHearsNothing() {
        assertThat(CodingAgent.CODEX.answer(ALLOW)).isEqualTo(JsonObject.empty());
        assertThat(CodingAgent.CODEX.answer(DENY)).isEqualTo(CodingAgent.CLAUDE_CODE.answer(DENY));
    }

    @Test
    void eachIsAnsweredInItsOwnShape() {
        assertThat(CodingAgent.CLAUDE_CODE.answer(ASK)).isEqualTo(json("""
                        {"hookSpecificOutput": {"hookEventName": "PreToolUse", "permissionDecision": "ask",
                          "permissionDecisionReason": "look at it"}}
                        """));
        assertThat(CodingAgent.GEMINI_CLI.answer(DENY)).isEqualTo(json("{\"decision\": \"deny\", \"reason\": \"no\"}"));
        assertThat(CodingAgent.CURSOR.answer(DENY))
                .isEqualTo(json("{\"permission\": \"deny\", \"user_message\": \"no\", \"agent_message\": \"no\"}"));
        assertThat(CodingAgent.COPILOT.answer(ALLOW))
                .isEqualTo(json("{\"permissionDecision\": \"allow\", \"permissionDecisionReason\": \"fine\"}"));
    }

    @ParameterizedTest
    @CsvSource({
        "mcp__github__createIssue, github.create_issue",
        "mcp__my_server__a_b, my_server.a_b",
        "Bash, coder.bash",
        "WebFetch, coder.web_fetch",
        "mcp__github, coder.mcp__github"
    })
    void toolsOfAServerAreThoseOfTheConnectorOfItsName(String called, String name) {
        assertThat(claude(called).name("coder")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcp__coder__Bash", "mcp__coder.x__bash"})
    void noServerTakesTheNamesOfOthersTools(String called) {
        ToolUse use = claude(called);

        assertThatThrownBy(() -> use.name("coder")).isInstanceOf(Problem.class).hasMessageContaining("something else");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcp__github__x__y", "mcp__github___y", "mcp__a__b__c__d"})
    void aNameThatCanBeSplitInSeveralWaysIsRefused(String called) {
        assertThatThrownBy(() -> claude(called)).isInstanceOf(Problem.class).hasMessageContaining("twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcp__github__get_to\u212aen", "Ba\u017fh"})
    void aNameThatIsOnlyLikeAListedOneIsRefused(String called) {
        ToolUse use = claude(called);

        assertThatThrownBy(() -> use.name("coder")).isInstanceOf(Problem.class).hasMessageContaining("ASCII");
    }

    @Test
    void aServerIsNamedBesideTheToolWhereTheAgentDoesSo() {
        ToolUse use = CodingAgent.GEMINI_CLI.before(json("""
                {"tool_name": "mcp_git_hub_x", "tool_input": {}, "mcp_context": {"server_name": "git_hub", "tool_name": "x"}}
                """));

        assertThat(use.name("coder")).isEqualTo("git_hub.x");
    }

    @ParameterizedTest
    @EnumSource
    void whatLacksAToolOrItsArgumentsIsRefused(CodingAgent agent) {
        for (String said : new String[] {
            "{}",
            "{\"tool_name\": \"Bash\", \"toolName\": \"bash\"}",
            "{\"tool_name\": \"Bash\", \"toolName\": \"bash\", \"tool_input\": \"ls\", \"toolArgs\": [\"ls\"]}",
            "{\"tool_name\": \"\", \"toolName\": \"\", \"tool_input\": {}, \"toolArgs\": {}}",
            "{\"tool_name\": \"B\", \"toolName\": \"b\", \"tool_input\": {}, \"toolArgs\": {}, \"hook_event_name\": \"Stop\"}"
        }) {
            assertThatThrownBy(() -> agent.before(json(said))).isInstanceOf(Problem.class);
        }
    }

    @Test
    void aUseHasOneKeyOfItsSessionAndAgent() {
        assertThat(claude("Bash").key()).isPresent().isEqualTo(claude("Read").key());
        assertThat(claude("Bash").key())
                .isNotEqualTo(use(CodingAgent.CODEX, "Bash", Optional.of("u")).key());
        assertThat(use(CodingAgent.COPILOT, "bash", Optional.empty()).key()).isEmpty();
    }

    @Test
    void whereItComesFromIsCutToWhatIsKept() {
        assertThat(claude("Bash").purpose(1_000)).isEqualTo("claude-code, session s, in /w");
        assertThat(claude("Bash").purpose(6)).isEqualTo("claude");
    }

    private static ToolUse claude(String tool) {
        return CodingAgent.CLAUDE_CODE.before(json("{\"session_id\": \"s\", \"cwd\": \"/w\", \"tool_use_id\": \"u\","
                + " \"tool_name\": \"" + tool + "\", \"tool_input\": {}}"));
    }

    private static ToolUse use(CodingAgent agent, String tool, Optional<String> id) {
        return new ToolUse(
                agent, Optional.empty(), tool, json("{\"command\": \"ls\"}"), Optional.of("s"), id, Optional.of("/w"));
    }

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }
}
