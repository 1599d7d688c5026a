package dev.writ.connect;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Shows a tool that a call comes through Writ and was allowed: a short-lived signed JWT, made when a connector asks for it. The tool's
 * side can refuse what comes without one. docs/permits.md says what is in it.
 *
 * <p>A token is a secret until it is used. It MUST be sent to the audience it names and to nobody else, and MUST NOT appear in a
 * result, a row, a log line or a span; {@link dev.writ.connect.net.Redaction#ofToken} takes it out of an answer.
 */
@FunctionalInterface
public interface PermitToken {

    /** There is none. */
    PermitToken NONE = (audience, subject) -> Optional.empty();

    /**
     * Makes a token for one request. Each has an id of its own, so a request that is repeated needs another one.
     *
     * <p>Costs about a tenth of a millisecond of computing, so it may be called on an event loop.
     *
     * @param audience the service: the origin of its URL, or another name that it knows itself by
     * @param subject how the token names the person on whose behalf the call is made
     */
    Optional<String> mint(String audience, Subject subject);

    /**
     * The audience of a service that has a URL: its origin, as browsers write it (RFC 6454 6.2), such as
     * {@code https://billing.example} or {@code http://127.0.0.1:8099}.
     */
    static String audience(URI service) {
        String scheme = String.valueOf(service.getScheme()).toLowerCase(Locale.ROOT);
        String host = String.valueOf(service.getHost()).toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        boolean unsaid = service.getPort() < 0 || service.getPort() == usual;
        return scheme + "://" + host + (unsaid ? "" : ":" + service.getPort());
    }

    /** How a token names the person. */
    enum Subject {

        /** Not at all: only the agent is named. */
        AGENT,

        /** By the pseudonym that the log has. */
        PSEUDONYM,

        /** Plainly, as the identity provider or the agent named them to Writ. */
        PERSON;

        /** As operators write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
