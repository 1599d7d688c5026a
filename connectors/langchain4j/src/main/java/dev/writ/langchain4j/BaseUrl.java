package dev.writ.langchain4j;

import java.net.URI;
import java.util.Set;

/** Where the gateway is. */
final class BaseUrl {

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private BaseUrl() {}

    /** Reads it; the result has no slash at its end. */
    static URI parse(String text, boolean mayBePlain) {
        URI url = uri(text);
        String host = url.getHost();
        boolean isHttps = "https".equalsIgnoreCase(url.getScheme());
        if (host == null
                || !(isHttps || "http".equalsIgnoreCase(url.getScheme()))
                || url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw unusable();
        }
        if (!isHttps && !mayBePlain && !THIS_MACHINE.contains(host)) {
            throw new IllegalArgumentException("the base URL would send the key unencrypted to " + host
                    + "; use https, or allowPlainHttp() in a network that encrypts by itself");
        }
        return URI.create(url.toString().replaceAll("/+$", ""));
    }

    private static URI uri(String text) {
        try {
            return URI.create(text.strip());
        } catch (IllegalArgumentException malformed) {
            // Its message would repeat the text, and with it a password in it.
            throw unusable();
        }
    }

    private static IllegalArgumentException unusable() {
        return new IllegalArgumentException(
                "the base URL is http or https with a host and nothing behind its path, such as https://writ.example.com");
    }
}
