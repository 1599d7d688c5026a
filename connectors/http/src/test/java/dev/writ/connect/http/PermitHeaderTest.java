package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.Permit;
import dev.writ.connect.PermitToken;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.http.RecordingServer.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the token of a permit travels. */
final class PermitHeaderTest {

    private static final String TOKEN = "e30.e30." + "Az-_".repeat(21) + "Qq";
    private static final String CHARGE = "{\"customer\":\"c1\",\"amount\":1,\"charge\":\"ch\"}";

    private final RecordingServer server = new RecordingServer();
    private final List<String> minted = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        server.close();
    }

    private Optional<String> mint(String audience, PermitToken.Subject subject) {
        minted.add(audience + " " + subject.text());
        return Optional.of(TOKEN);
    }

    private ToolResult call(UnaryOperator<HttpConnectorSettings.Builder> change, PermitToken token) {
        try (OpenConnector open = new OpenConnector(server.url("/api/"), change)) {
            Permit permit = open.permit("create_refund", CHARGE, Duration.ofSeconds(20));
            return open.call(OpenConnector.with(token, permit));
        }
    }

    @Test
    void goesAlongForTheOriginOfTheService() {
        call(settings -> settings, this::mint);

        assertThat(server.onlyRequest().header("Writ-permit")).containsExactly(TOKEN);
        String origin = server.url("").toString();
        assertThat(minted).containsExactly(origin + " pseudonym");
    }

    @Test
    void isNotEvenMadeWhereTheOperatorSwitchedItOff() {
        call(settings -> settings.permit(Optional.empty()), this::mint);

        assertThat(server.onlyRequest().header("Writ-permit")).isEmpty();
        assertThat(minted).isEmpty();
    }

    @Test
    void isTakenOutOfAnAnswerThatEchoesIt() {
        server.answers(
                Answer.json(200, "{\"seen\":\"Writ-Permit: " + TOKEN + "\"}").with("X-Request-Id", TOKEN));

        ToolResult result = call(settings -> settings, this::mint);

        assertThat(result).isInstanceOfSatisfying(Succeeded.class, succeeded -> {
            assertThat(succeeded.value().toJson()).isEqualTo("{\"seen\":\"Writ-Permit: [redacted]\"}");
            assertThat(succeeded.traffic().upstreamId()).contains("[redacted]");
        });
    }

    @Test
    void nothingIsSentIfItCannotBeSigned() {
        ToolResult result = call(settings -> settings, (audience, subject) -> {
            throw new IllegalStateException("no key");
        });

        assertThat(result)
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.reason())
                                .isEqualTo("Writ could not sign its permit; nothing was sent"));
        assertThat(server.requests()).isEmpty();
    }
}
