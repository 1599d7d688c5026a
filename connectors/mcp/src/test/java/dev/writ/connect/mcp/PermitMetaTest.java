package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.Dialogue;
import dev.writ.connect.Permit;
import dev.writ.connect.PermitToken;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.mcp.TestServer.Era;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the token of a permit travels. */
final class PermitMetaTest {

    private static final String NAME = "dev.writ/permit";
    private static final String SIGNATURE = "Az-_".repeat(21) + "Q";
    private static final Duration AMPLE = Duration.ofSeconds(20);

    private final List<String> minted = new CopyOnWriteArrayList<>();

    private Optional<String> mint(String audience, PermitToken.Subject subject) {
        minted.add(audience + " " + subject.text());
        return Optional.of(token(minted.size()));
    }

    private static String token(int number) {
        return "e30.e30." + SIGNATURE + number;
    }

    private static ToolResult call(OpenMcp open, String tool, PermitToken token, Dialogue dialogue) {
        Permit bare = open.permit(tool, "{}", AMPLE);
        return open.connector
                .invoke(
                        new Permit(
                                bare.call(),
                                bare.index(),
                                bare.tool(),
                                bare.arguments(),
                                bare.argumentsDigest(),
                                bare.definition(),
                                bare.idempotencyKey(),
                                bare.deadline(),
                                token),
                        dialogue)
                .await()
                .atMost(AMPLE);
    }

    private static Optional<String> shown(TestServer.Request request) {
        return request.params().object("_meta").flatMap(meta -> meta.text(NAME));
    }

    @ParameterizedTest
    @EnumSource
    void goesAlongWithACallAndNothingElseForTheOriginOfTheServer(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server)) {
            call(open, "search", this::mint, Dialogue.NONE);

            assertThat(shown(server.requests("tools/call").get(0))).contains(token(1));
            assertThat(server.requests().stream()
                            .filter(request -> shown(request).isPresent()))
                    .hasSize(1);
            assertThat(minted)
                    .containsExactly("http://127.0.0.1:" + server.url().getPort() + " pseudonym");
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotEvenMadeWhereTheOperatorSwitchedItOffAndACallerCannotSendOne(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.permit(Optional.empty()))) {
            call(open, "search", this::mint, new Dialogue() {
                @Override
                public JsonObject extra() {
                    return (JsonObject)
                            JsonValue.parse("{\"_meta\":{\"" + NAME + "\":\"forged\",\"theirs\":\"kept\"}}");
                }
            });

            TestServer.Request request = server.requests("tools/call").get(0);
            assertThat(shown(request)).isEmpty();
            assertThat(request.params().object("_meta").orElseThrow().text("theirs"))
                    .contains("kept");
            assertThat(minted).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isTakenOutOfWhatTheServerAnswers(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) ->
                    answering.result(TestServer.text("seen " + shown(request).orElseThrow())));
            Succeeded echoed = (Succeeded) call(open, "search", this::mint, Dialogue.NONE);
            server.reacts((request, answering) ->
                    answering.error(-32602, "not valid: " + shown(request).orElseThrow()));
            Failed refused = (Failed) call(open, "search", this::mint, Dialogue.NONE);

            assertThat(echoed.value().toJson()).contains("seen [redacted]").doesNotContain(SIGNATURE);
            assertThat(refused.value().orElseThrow().toJson())
                    .contains("not valid: [redacted]")
                    .doesNotContain(SIGNATURE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isTakenOutOfWhatTheServerTellsMeanwhile(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("slow", ""));
                OpenMcp open = OpenMcp.to(server)) {
            server.reacts((request, answering) -> {
                JsonObject meta = request.params().object("_meta").orElseThrow();
                answering.event(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                + meta.get("progressToken").orElseThrow().toJson() + ",\"progress\":1,\"message\":\""
                                + meta.text(NAME).orElseThrow() + "\"}}");
                answering.resultEvent("{\"content\":[]}");
            });
            List<String> heard = new CopyOnWriteArrayList<>();
            call(open, "slow", this::mint, new Dialogue() {
                @Override
                public boolean isListening() {
                    return true;
                }

                @Override
                public void tell(String method, JsonObject params) {
                    heard.add(params.toJson());
                }
            });

            assertThat(heard).containsExactly("{\"message\":\"[redacted]\",\"progress\":1}");
        }
    }

    @Test
    void aRequestThatIsSentAgainHasAnother() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.freshness(Duration.ofHours(1)))) {
            call(open, "search", this::mint, Dialogue.NONE);
            server.forgetsSessions();

            call(open, "search", this::mint, Dialogue.NONE);

            assertThat(server.requests("tools/call").stream().map(PermitMetaTest::shown))
                    .containsExactly(Optional.of(token(1)), Optional.of(token(2)), Optional.of(token(3)));
        }
    }

    @Test
    void aProgramIsCalledByTheNameOfItsConnector() {
        try (TestProgram program = new TestProgram();
                OpenMcp open = new OpenMcp(
                        program.settings()
                                .permit(Optional.of(PermitToken.Subject.AGENT))
                                .build(),
                        TestProgram.listing())) {
            program.behaves("echo \"$line\" > seen; answer '{\"content\":[]}'");

            assertThat(call(open, "create_refund", this::mint, Dialogue.NONE)).isInstanceOf(Succeeded.class);

            assertThat(minted).containsExactly("stdio:files agent");
            assertThat(program.lines("seen").get(0)).contains("\"" + NAME + "\":\"" + token(1) + "\"");
        }
    }

    @Test
    void nothingIsSentIfItCannotBeSigned() {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server)) {
            ToolResult result = call(
                    open,
                    "search",
                    (audience, subject) -> {
                        throw new IllegalStateException("no key");
                    },
                    Dialogue.NONE);

            assertThat(((Failed) result).reason()).isEqualTo("Writ could not sign its permit; nothing was sent");
            assertThat(server.requests("tools/call")).isEmpty();
        }
    }
}
