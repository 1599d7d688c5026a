package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.TestCertificates;
import dev.writ.gateway.TestCertificates.Holder;
import dev.writ.gateway.TlsClient;
import dev.writ.gateway.WritTest;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who prove who they are with a TLS client certificate. */
@WritTest
class ClientCertificateTest {

    private final Bank bank = Bank.shared();
    private final Client admin = bank.fixture().admin;
    private final String agent = bank.fixture().agent().name();
    private final TestCertificates authority = TestCertificates.shared();
    private final String id = "spiffe://agents.example/" + UUID.randomUUID();

    private String register(String certificate) {
        return admin.post("/v1/keys", Map.of("principal", agent, "roles", List.of("agent"), "certificate", certificate))
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static HttpResponse<String> call(Holder certificate, String... headers) {
        return TlsClient.with(Optional.of(certificate)).call(headers);
    }

    @Test
    void aCertificateIsTheKeyThatIsRegisteredForIt() {
        Holder own = authority.issue("robot");
        String key = register(own.thumbprint());

        assertThat(call(own).statusCode()).isEqualTo(200);

        assertThat(bank.fixture().entries("kind=DECIDED&agent=" + agent).get(0).body())
                .containsEntry("assurance", "mtls")
                .containsEntry("client", key);
        admin.request().delete("/v1/keys/" + key).then().statusCode(204);
        assertThat(call(own).statusCode()).isEqualTo(403);
    }

    @Test
    void aSpiffeIdIsTheSameCallerWithEachNewCertificate() {
        register(id);

        for (int i = 0; i < 2; i++) {
            assertThat(call(authority.issue("robot", TestCertificates.uri(id))).statusCode())
                    .isEqualTo(200);
        }
        assertThat(call(authority.issue("robot", TestCertificates.uri(id + "x")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(call(authority.issue("robot", TestCertificates.uri(id), TestCertificates.uri(id + "x")))
                        .statusCode())
                .as("one of two ids")
                .isEqualTo(403);
    }

    @Test
    void aCertificateOfAnotherAuthorityOpensNoConnection() {
        register(id);
        Holder forged = TestCertificates.create("agents").issue("robot", TestCertificates.uri(id));

        assertThatThrownBy(() -> call(forged)).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anExpiredCertificateOpensNoConnection() {
        Holder expired = authority.issue("robot", Instant.now().minusSeconds(5), TestCertificates.uri(id));
        register(expired.thumbprint());

        assertThatThrownBy(() -> call(expired)).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void aHeaderIsNoCertificate() {
        Holder own = authority.issue("robot", TestCertificates.uri(id));
        register(own.thumbprint());
        register(id);
        String pem = URLEncoder.encode(own.pem(), StandardCharsets.UTF_8);
        String[] headers = {
            "X-Forwarded-Client-Cert",
            "Hash=" + own.thumbprint() + ";URI=" + id + ";Cert=\"" + pem + "\"",
            "Client-Cert",
            ":" + pem + ":",
            "X-SSL-Client-Cert",
            pem,
            "SSL-Client-Verify",
            "SUCCESS"
        };

        assertThat(TlsClient.with(Optional.empty()).call(headers).statusCode()).isEqualTo(401);
        assertThat(call(authority.issue("other"), headers).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic cm9ib3Q6eA==", "Bearer", "Bearer x", "Negotiate x", "writ", "Bearer writ_x_y"})
    void aCertificateCountsForNothingBesideAHeaderThatIsNotUnderstood(String header) {
        Holder own = authority.issue("robot");
        register(own.thumbprint());

        assertThat(call(own, "Authorization", header).statusCode()).isEqualTo(401);
    }
}
