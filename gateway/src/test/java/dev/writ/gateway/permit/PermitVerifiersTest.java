package dev.writ.gateway.permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.writ.connect.PermitToken.Subject;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/permits.md shows, in three languages, accepts what it should and nothing else. */
class PermitVerifiersTest {

    /** Everything that RFC 8785 has an opinion on: order of names by UTF-16, numbers, escapes. */
    private static final JsonObject ARGUMENTS = (JsonObject) JsonValue.parse(
            "{\"\uD83D\uDE00\":1,\"\uFB33\":2,\"amount\":18.10,\"big\":1e21,\"small\":1.5e-9,\"whole\":100,\"text\":\"a\\u0001\\\"é/\\n\","
                    + "\"nested\":{\"b\":[true,null,-0.5],\"a\":{}}}");

    private final Mint mint = new Mint();
    private HttpServer server;

    @BeforeEach
    void publish() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/.well-known/jwks.json", exchange -> {
            byte[] set = JsonObject.builder()
                    .put(
                            "keys",
                            new JsonArray(List.copyOf(mint.keys(FixedConfig.DEFAULT).published().stream()
                                    .map(PermitKey::jwk)
                                    .toList())))
                    .build()
                    .toBytes();
            exchange.sendResponseHeaders(200, set.length);
            exchange.getResponseBody().write(set);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @EnumSource
    void acceptsAPermitOnceAndNothingElse(ForeignVerifier verifier) throws IOException {
        Optional<String> absence = verifier.absence();
        absence.ifPresent(why -> System.out.println("Not verified by " + verifier + ": " + why));
        assumeTrue(absence.isEmpty(), () -> String.valueOf(absence));
        JsonObject other = (JsonObject) JsonValue.parse("{\"amount\":18.2}");
        String good = mint.token(ARGUMENTS);
        String elsewhere = mint.permit(ARGUMENTS, Duration.ofSeconds(30))
                .mint("https://other.test", Subject.PSEUDONYM)
                .orElseThrow();
        mint.now = mint.now.minus(Duration.ofMinutes(2));
        String old = mint.token(ARGUMENTS);
        mint.now = mint.now.plus(Duration.ofMinutes(2));
        String stranger = new Mint().token(ARGUMENTS);
        String unsigned = "eyJhbGciOiJub25lIn0" + good.substring(good.indexOf('.'), good.lastIndexOf('.') + 1);
        List<String> asked = List.of(
                line(good, Mint.TOOL, other),
                line(good, "billing.void_invoice", ARGUMENTS),
                line(elsewhere, Mint.TOOL, ARGUMENTS),
                line(old, Mint.TOOL, ARGUMENTS),
                line(stranger, Mint.TOOL, ARGUMENTS),
                line(unsigned, Mint.TOOL, ARGUMENTS),
                line(good, Mint.TOOL, ARGUMENTS),
                line(good, Mint.TOOL, ARGUMENTS),
                line(mint.token(other), Mint.TOOL, other));

        List<String> said =
                verifier.run("http://127.0.0.1:" + server.getAddress().getPort() + "/.well-known/jwks.json", asked);

        assertThat(said).as(String.join("\n", said)).hasSize(asked.size());
        List<Boolean> permitted = new ArrayList<>();
        said.forEach(line -> permitted.add(line.startsWith("permitted ")));
        assertThat(permitted)
                .as(String.join("\n", said))
                .containsExactly(false, false, false, false, false, false, true, false, true);
        assertThat(said.get(0)).contains("other arguments");
        assertThat(said.get(1)).contains("another tool");
        assertThat(said.get(7)).contains("used before");
    }

    /** Member by member as it came, not in canonical form: the verifier has to see to that. */
    private static String line(String token, String tool, JsonObject arguments) {
        List<String> members = new ArrayList<>();
        arguments
                .members()
                .forEach((name, value) -> members.add(0, new JsonString(name).toJson() + ": " + value.toJson()));
        return "{\"token\":\"" + token + "\",\"tool\":\"" + tool + "\",\"args\":{" + String.join(", ", members) + "}}";
    }

    @ParameterizedTest
    @EnumSource
    void isWhatTheDocumentationShows(ForeignVerifier verifier) throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "permits.md"), StandardCharsets.UTF_8);

        assertThat(guide).contains(verifier.shown());
    }
}
