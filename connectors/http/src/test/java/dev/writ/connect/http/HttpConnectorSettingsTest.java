package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.writ.connect.net.Credential;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpConnectorSettingsTest {

    private static HttpConnectorSettings.Builder of(String url) {
        return HttpConnectorSettings.of("billing", URI.create(url), "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com",
                "ftp://example.com",
                "file:///etc/passwd",
                "https:///path",
                "https:example.com",
                "https://user:pass@example.com",
                "https://example.com?a=b",
                "https://example.com#a",
                "https://example.com/a/../b",
                "https://example.com/./b",
                "https://example.com//b",
                "https://exa_mple.com",
                "//example.com",
                "/path"
            })
    void refuseABaseUrlThatIsNotPlainHttps(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> of(url).build());
    }

    @Test
    void allowPlainHttpOnlyWhenTold() {
        assertThat(of("http://example.com").plainHttpAllowed(true).build().baseUrl())
                .hasScheme("http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Billing", "billing.eu", "bill ing", "-billing"})
    void refuseANameThatMakesNoToolNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpConnectorSettings.of(name, URI.create("https://example.com"), "")
                        .build());
    }

    @Test
    void refuseLimitsThatLeaveNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> of("https://example.com").timeout(Duration.ZERO).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("https://example.com").maxAnswerBytes(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("https://example.com").maxConcurrent(0).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void refuseCertificatesThatAreNone(String pem) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> of("https://example.com").trustedCertificates(pem).build());
    }

    @Test
    void printNoCredential() {
        HttpConnectorSettings settings = of("https://example.com")
                .credential(Credential.bearer("token-0815"))
                .build();
        assertThat(settings).asString().isEqualTo("HttpConnectorSettings[billing, https://example.com]");
    }

    @Test
    void startFromTheSafeChoices() {
        HttpConnectorSettings settings = of("https://example.com").build();
        assertThat(settings.plainHttpAllowed()).isFalse();
        assertThat(settings.idempotentOperations()).isEmpty();
        assertThat(settings.networks()).asString().isEqualTo("Networks[]");
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
    }
}
