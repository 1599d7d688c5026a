package dev.writ.gateway.webhook;

import dev.writ.connect.net.Networks;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where events are delivered.
 *
 * @param allowPrivate whether private addresses may be connected to
 */
public record Target(URI url, boolean allowPrivate) {

    private static final int LONGEST = 2_000;

    /** Plain HTTP stays within this host, where nobody listens in. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

    /**
     * Reads what an operator asks for.
     *
     * @throws Problem if nothing can or may be delivered there
     */
    public static Target parse(@Nullable String text, boolean allowPrivate) {
        if (text == null || text.isBlank() || text.length() > LONGEST) {
            throw unusable("'url' has 1 to " + LONGEST + " characters.");
        }
        URI url = uri(text);
        if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw unusable("'url' has a host, and no user and no fragment.");
        }
        boolean plain = "http".equals(url.getScheme());
        if (plain && !(allowPrivate && LOOPBACK.matcher(url.getHost()).matches())) {
            throw unusable("'url' starts with https://. http:// is for a receiver on the gateway's own host, such as"
                    + " http://127.0.0.1:9000/, with 'allowPrivateAddresses': true.");
        }
        if (!plain && !"https".equals(url.getScheme())) {
            throw unusable("'url' starts with https://.");
        }
        return new Target(url, allowPrivate);
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException quotesTheText) {
            throw unusable("'url' is no URL.");
        }
    }

    private static Problem unusable(String detail) {
        return new Problem(ProblemType.UNPROCESSABLE, detail + " Nothing was changed.");
    }

    /** As it is kept. A URL may be a secret by itself, so it is never part of a leaf. */
    JsonObject toJson() {
        return JsonObject.builder()
                .put("url", url.toString())
                .put("allowPrivateAddresses", allowPrivate)
                .build();
    }

    static Optional<Target> fromJson(JsonObject json) {
        try {
            return json.text("url").map(url -> new Target(URI.create(url), json.isTrue("allowPrivateAddresses")));
        } catch (IllegalArgumentException notWrittenByUs) {
            return Optional.empty();
        }
    }

    Networks networks() {
        return allowPrivate ? Networks.publicAndPrivate() : Networks.publicOnly();
    }

    boolean isEncrypted() {
        return "https".equals(url.getScheme());
    }

    int port() {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return isEncrypted() ? 443 : 80;
    }

    /** Path and query, as they are sent. */
    String resource() {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    @Override
    public String toString() {
        return "Target[" + url.getHost() + "]";
    }
}
