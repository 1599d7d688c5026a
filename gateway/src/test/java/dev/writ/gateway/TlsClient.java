package dev.writ.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** A caller that comes over TLS, perhaps with a certificate. */
public record TlsClient(HttpClient http) {

    /** Trusts the authority of the tests. */
    public static TlsClient with(Optional<TestCertificates.Holder> certificate) {
        return new TlsClient(HttpClient.newBuilder()
                .sslContext(TestCertificates.shared()
                        .client(certificate
                                .map(shown -> new TestCertificates.Holder[] {shown})
                                .orElseGet(() -> new TestCertificates.Holder[0])))
                .build());
    }

    /** Calls a tool; fails with an {@link IllegalStateException} if there is no connection. */
    public HttpResponse<String> call(String... headers) {
        String url = ConfigProvider.getConfig().getValue("test.url.ssl", String.class);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/v1/tool-calls"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"tool\": \"bank.balance\", \"arguments\": {\"id\": \"1\"}}"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
