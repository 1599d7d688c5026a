package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.mcp.TestServer.Era;
import dev.writ.connect.net.AccessTokens;
import dev.writ.connect.net.AddressGuard;
import dev.writ.connect.net.ClientCredentials;
import dev.writ.connect.net.ClientCredentials.Authentication;
import dev.writ.connect.net.Credential;
import dev.writ.connect.net.Networks;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that take access tokens, which the connector gets from an authorization server. */
final class AccessTokenTest {

    private static final String BRIEF =
            "{\"access_token\":\"token-of-writ-%d\",\"token_type\":\"bearer\",\"expires_in\":0}";

    private final TokenServer tokens = new TokenServer();
    private final TestServer server = new TestServer(Era.MODERN, TestServer.tool("search", ""));
    private OpenMcp open = open(Authentication.BASIC);

    private OpenMcp open(Authentication authentication) {
        Endpoint endpoint = new Endpoint.Http(
                server.url(),
                true,
                Credential.client(tokens.client(authentication)),
                Networks.publicAnd("127.0.0.0/8"),
                Optional.empty());
        return new OpenMcp(
                McpConnectorSettings.of("files", endpoint)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build(),
                server.listing());
    }

    @AfterEach
    void close() {
        open.close();
        server.close();
        tokens.close();
    }

    private ToolResult call() {
        return open.call("search", "{}");
    }

    private List<String> presented(String method) {
        return server.requests(method).stream()
                .map(request -> request.header("Authorization").orElse(""))
                .toList();
    }

    private void takesOnly(String token) {
        server.reacts((request, answering) -> {
            if (request.header("Authorization").filter(token::equals).isPresent()) {
                answering.result(TestServer.text("done"));
            } else {
                answering.status(401, "");
            }
        });
    }

    @Test
    void eachRequestHasTheTokenThatTheAuthorizationServerGave() {
        assertThat(call()).isInstanceOf(Succeeded.class);
        assertThat(call()).isInstanceOf(Succeeded.class);

        assertThat(server.requests().stream()
                        .filter(request -> request.httpMethod().equals("POST"))
                        .map(request -> request.header("Authorization").orElse("")))
                .isNotEmpty()
                .containsOnly("Bearer token-of-writ-1");
        assertThat(tokens.asked).hasSize(1);
        // RFC 6749 2.3.1
        assertThat(tokens.asked.get(0).authorization())
                .contains("Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        "writ+gateway:secret%2F4711%2Bof+writ".getBytes(StandardCharsets.US_ASCII)));
        assertThat(tokens.asked.get(0).form())
                .isEqualTo("grant_type=client_credentials&scope=tools+read&resource=https%3A%2F%2Ftools.example%2Fmcp");
    }

    @Test
    void theClientMayBeNamedInTheFormInstead() {
        open.close();
        open = open(Authentication.POST);

        assertThat(call()).isInstanceOf(Succeeded.class);

        assertThat(tokens.asked.get(0).authorization()).isEmpty();
        assertThat(tokens.asked.get(0).form())
                .endsWith("&client_id=writ+gateway&client_secret=secret%2F4711%2Bof+writ");
    }

    @Test
    void allWhoWaitForATokenWaitForTheSameOne() {
        Vertx vertx = Vertx.vertx();
        try (AddressGuard addresses = AddressGuard.open(vertx);
                AccessTokens own = new AccessTokens(
                        tokens.client(Authentication.BASIC),
                        Networks.publicAnd("127.0.0.0/8"),
                        Duration.ofSeconds(5),
                        InstantSource.system(),
                        vertx,
                        addresses)) {
            List<CompletableFuture<String>> waiting = Stream.generate(
                            () -> own.token().toCompletionStage().toCompletableFuture())
                    .limit(8)
                    .toList();

            assertThat(waiting).allSatisfy(token -> assertThat(token.join()).isEqualTo("token-of-writ-1"));
            assertThat(tokens.asked).hasSize(1);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void anotherTokenIsFetchedBeforeOneExpires() {
        tokens.answers(200, BRIEF);

        call();
        call();

        assertThat(presented("tools/call")).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void aTokenThatIsNotTakenIsReplacedOnceAndTheCallSentAgain() {
        takesOnly("Bearer token-of-writ-2");

        assertThat(call()).isInstanceOf(Succeeded.class);
        assertThat(presented("tools/call")).containsExactly("Bearer token-of-writ-1", "Bearer token-of-writ-2");
        assertThat(call()).isInstanceOf(Succeeded.class);
        assertThat(tokens.asked).hasSize(2);
    }

    @Test
    void aSecondRefusalIsAFailureAndNoThirdRequest() {
        takesOnly("Bearer none of ours");

        assertThat(((Failed) call()).reason()).contains("does not accept Writ's credential (401)");
        assertThat(server.requests("tools/call")).hasSize(2);
    }

    @Test
    void whetherACallWasDoneIsUnknownIfItBreaksWithTheSecondToken() {
        server.reacts((request, answering) -> {
            if (server.requests("tools/call").size() == 1) {
                answering.status(401, "");
            } else {
                answering.status(500, "");
            }
        });

        assertThat(call()).isInstanceOf(OutcomeUnknown.class);
        assertThat(server.requests("tools/call")).hasSize(2);
    }

    @Test
    void aCallWhoseSecondTokenCannotBeHadHasFailed() {
        server.reacts((request, answering) -> {
            tokens.answers(500, "");
            answering.status(401, "");
        });

        assertThat(((Failed) call()).reason()).contains("401");
        assertThat(server.requests("tools/call")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"access_token\":\"x\"}",
                "{\"access_token\":\"x y\\n\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"secret\",\"token_type\":\"mac\"}"
            })
    void nothingIsSentWithoutAToken(String answer) {
        tokens.answers(200, answer);

        assertThat(((Failed) call()).reason())
                .isEqualTo("the authorization server's answer is no bearer token; nothing was sent");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void whoHasTheClientWrongIsTold() {
        tokens.answers(
                401, "{\"error\":\"invalid_client\",\"error_description\":\"no such " + TokenServer.SECRET + "\"}");

        assertThat(((Failed) call()).reason())
                .isEqualTo(
                        "the authorization server gives Writ no token (401, invalid_client); an operator has to look at"
                                + " the client and its secret; nothing was sent");
    }

    @Test
    void tokensAndSecretAreTakenOutOfWhatAServerEchoes() {
        server.reacts((request, answering) -> answering.result(
                TestServer.text(request.header("Authorization").orElse("") + " and " + TokenServer.SECRET)));

        assertThat(((Succeeded) call()).value().toJson())
                .contains("[redacted]")
                .doesNotContain("token-of-writ")
                .doesNotContain("4711");
    }

    @Test
    void aTokenEndpointIsReachedSecurelyUnlessTheOperatorAllowsOtherwise() {
        assertThatThrownBy(() -> new ClientCredentials(
                        tokens.client(Authentication.BASIC).tokenUrl(),
                        false,
                        "writ",
                        TokenServer.SECRET,
                        Authentication.BASIC,
                        Optional.empty(),
                        Optional.empty()))
                .hasMessageContaining("https://");
    }
}
