package dev.writ.connect.http;

import dev.writ.connect.PermitToken;
import dev.writ.connect.net.Credential;
import dev.writ.connect.net.HeaderRules;
import dev.writ.connect.net.Networks;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One HTTP service as the operator registered it.
 *
 * @param name of the connector; its tools are called {@code name.operation}
 * @param baseUrl every request goes below it; the document's {@code servers} are not looked at
 * @param document OpenAPI 3.0 or 3.1, JSON or YAML
 * @param idempotentOperations operation ids of which the operator declares that a request repeated with the same idempotency
 *     key has no further effect; no method is taken for idempotent by itself
 * @param effects what the operator says that calls of its tools do
 * @param idempotencyHeader carries the key to those operations
 * @param networks which addresses may be connected to
 * @param trustedCertificates in PEM, the only ones trusted for {@code https}; without them, those the JDK trusts
 * @param timeout for one request from start to end; a permit's deadline may be earlier
 * @param maxAnswerBytes longer answers are dropped
 * @param maxConcurrent calls under way; further ones fail at once
 * @param breaker when the service counts as failing
 * @param repeats further requests at most for one call of an idempotent operation
 * @param permit how the token that goes along in {@code Writ-Permit} names the person; without it none goes along
 */
public record HttpConnectorSettings(
        String name,
        URI baseUrl,
        boolean plainHttpAllowed,
        String document,
        Set<String> idempotentOperations,
        Map<ToolName, ToolEffects> effects,
        String idempotencyHeader,
        Credential credential,
        Networks networks,
        Optional<String> trustedCertificates,
        Duration timeout,
        int maxAnswerBytes,
        int maxConcurrent,
        Breaker breaker,
        int repeats,
        Optional<PermitToken.Subject> permit) {

    private static final int MOST_REPEATS = 5;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    public HttpConnectorSettings {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a connector's name is lower-case letters, digits, '_' and '-', 63 at most");
        }
        requireBase(baseUrl, plainHttpAllowed);
        idempotentOperations = Set.copyOf(idempotentOperations);
        effects = Map.copyOf(effects);
        HeaderRules.requireName(idempotencyHeader);
        trustedCertificates.ifPresent(HttpConnectorSettings::requireCertificates);
        requireRepeats(repeats);
        if (timeout.isNegative() || timeout.toMillis() < 1 || maxAnswerBytes < 2 || maxConcurrent < 1) {
            throw new IllegalArgumentException("a connector's time-out and limits are positive");
        }
    }

    private static void requireRepeats(int repeats) {
        if (repeats < 0 || repeats > MOST_REPEATS) {
            throw new IllegalArgumentException("a request is repeated " + MOST_REPEATS + " times at most");
        }
    }

    private static void requireBase(URI url, boolean plainHttpAllowed) {
        boolean scheme = "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && plainHttpAllowed);
        if (!scheme) {
            throw new IllegalArgumentException(
                    "a base URL starts with https://, or with http:// where the operator allows plain HTTP");
        }
        if (url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException("a base URL has a host, and no user, query or fragment");
        }
        if (!url.normalize().equals(url)) {
            throw new IllegalArgumentException("a base URL's path has no '.', '..' or empty segments");
        }
    }

    private static void requireCertificates(String pem) {
        try (InputStream in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
            if (CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
                throw new CertificateException("none");
            }
        } catch (CertificateException | IOException malformed) {
            throw new IllegalArgumentException("trusted certificates are X.509 certificates in PEM", malformed);
        }
    }

    /** With the defaults of {@link Builder}. */
    public static Builder of(String name, URI baseUrl, String document) {
        return new Builder(name, baseUrl, document);
    }

    @Override
    public String toString() {
        return "HttpConnectorSettings[" + name + ", " + baseUrl + "]";
    }

    /** Starts from the safe choice of everything. */
    public static final class Builder {
        private final String name;
        private final URI baseUrl;
        private final String document;
        private boolean plainHttpAllowed;
        private Set<String> idempotentOperations = Set.of();
        private Map<ToolName, ToolEffects> effects = Map.of();
        private String idempotencyHeader = "Idempotency-Key";
        private Credential credential = Credential.none();
        private Networks networks = Networks.publicOnly();
        private Optional<String> trustedCertificates = Optional.empty();
        private Duration timeout = Duration.ofSeconds(10);
        private int maxAnswerBytes = 1024 * 1024;
        private int maxConcurrent = 32;
        private Breaker breaker = Breaker.DEFAULT;
        private int repeats = 2;
        private Optional<PermitToken.Subject> permit = Optional.of(PermitToken.Subject.PSEUDONYM);

        private Builder(String name, URI baseUrl, String document) {
            this.name = name;
            this.baseUrl = baseUrl;
            this.document = document;
        }

        /** Default: only {@code https}. */
        public Builder plainHttpAllowed(boolean value) {
            plainHttpAllowed = value;
            return this;
        }

        /** Default: none. */
        public Builder idempotentOperations(Set<String> value) {
            idempotentOperations = value;
            return this;
        }

        /** Default: nothing is said of any tool. */
        public Builder effects(Map<ToolName, ToolEffects> value) {
            effects = value;
            return this;
        }

        /** Default: {@code Idempotency-Key}. */
        public Builder idempotencyHeader(String value) {
            idempotencyHeader = value;
            return this;
        }

        /** Default: none. */
        public Builder credential(Credential value) {
            credential = value;
            return this;
        }

        /** Default: public addresses only. */
        public Builder networks(Networks value) {
            networks = value;
            return this;
        }

        /** Default: those the JDK trusts. */
        public Builder trustedCertificates(String pem) {
            trustedCertificates = Optional.of(pem);
            return this;
        }

        /** Default: 10 s. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** Default: 1 MiB. */
        public Builder maxAnswerBytes(int value) {
            maxAnswerBytes = value;
            return this;
        }

        /** Default: 32. */
        public Builder maxConcurrent(int value) {
            maxConcurrent = value;
            return this;
        }

        /** Default: {@link Breaker#DEFAULT}. */
        public Builder breaker(Breaker value) {
            breaker = value;
            return this;
        }

        /** Default: 2. */
        public Builder repeats(int value) {
            repeats = value;
            return this;
        }

        /** Default: a token goes along that has the person's pseudonym. */
        public Builder permit(Optional<PermitToken.Subject> value) {
            permit = value;
            return this;
        }

        public HttpConnectorSettings build() {
            return new HttpConnectorSettings(
                    name,
                    baseUrl,
                    plainHttpAllowed,
                    document,
                    idempotentOperations,
                    effects,
                    idempotencyHeader,
                    credential,
                    networks,
                    trustedCertificates,
                    timeout,
                    maxAnswerBytes,
                    maxConcurrent,
                    breaker,
                    repeats,
                    permit);
        }
    }
}
