package dev.writ.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PermitTokenTest {

    @ParameterizedTest
    @CsvSource({
        "https://Billing.Example/v1/, https://billing.example",
        "https://billing.example:443, https://billing.example",
        "https://billing.example:8443/v1, https://billing.example:8443",
        "http://127.0.0.1:8099/, http://127.0.0.1:8099",
        "http://[::1]:80/, http://[::1]"
    })
    void anAudienceIsTheOriginOfTheServicesUrl(String url, String audience) {
        assertThat(PermitToken.audience(URI.create(url))).isEqualTo(audience);
    }
}
