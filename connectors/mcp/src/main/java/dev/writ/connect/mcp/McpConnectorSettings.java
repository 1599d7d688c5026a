package dev.writ.connect.mcp;

import dev.writ.connect.PermitToken;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One MCP server as the operator registered it.
 *
 * @param name of the connector; its tools are called {@code name.tool}
 * @param idempotentTools names, as the server has them, of tools of which the operator declares that a call may be repeated
 * @param effects what the operator says that calls of its tools do; the server's own annotations count for nothing
 * @param relay what it may ask of callers
 * @param permit how the tokens that go along with calls name the person; absent if none go along
 * @param connectTimeout for a connection, or the start of the program, until the server has said what it is
 * @param timeout for one call from start to end; a permit's deadline may be earlier
 * @param freshness how old its listing may be when a tool is called; if it is older, it is read again first
 * @param maxMessageBytes longer messages of the server are dropped
 * @param maxListed definitions of one kind that are read
 * @param maxConcurrent calls under way; further ones fail at once
 * @param newest revision of MCP that is spoken with it, if not the newest that both speak
 */
public record McpConnectorSettings(
        String name,
        Endpoint endpoint,
        Set<String> idempotentTools,
        Map<ToolName, ToolEffects> effects,
        Relay relay,
        Optional<PermitToken.Subject> permit,
        Duration connectTimeout,
        Duration timeout,
        Duration freshness,
        int maxMessageBytes,
        int maxListed,
        int maxConcurrent,
        Optional<String> newest) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    public McpConnectorSettings {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a connector's name is lower-case letters, digits, '_' and '-', 63 at most");
        }
        idempotentTools = Set.copyOf(idempotentTools);
        effects = Map.copyOf(effects);
        if (connectTimeout.toMillis() < 1 || timeout.toMillis() < 1 || freshness.isNegative()) {
            throw new IllegalArgumentException(
                    "a connector's time-outs are positive, and its freshness is not negative");
        }
        if (maxMessageBytes < 2 || maxListed < 1 || maxConcurrent < 1) {
            throw new IllegalArgumentException("a connector's limits are positive");
        }
        newest.ifPresent(McpConnectorSettings::requireRevision);
    }

    private static void requireRevision(String revision) {
        if (!revision.equals(Protocol.MODERN) && !Protocol.LEGACY.contains(revision)) {
            throw new IllegalArgumentException(
                    "the revisions of MCP are " + Protocol.MODERN + ", " + String.join(", ", Protocol.LEGACY));
        }
    }

    /** What tokens call the server: the origin of its URL, or for a program {@code stdio:} and the connector's name. */
    String audience() {
        return endpoint.fold(http -> PermitToken.audience(http.url()), program -> "stdio:" + name);
    }

    /** With the defaults of {@link Builder}. */
    public static Builder of(String name, Endpoint endpoint) {
        return new Builder(name, endpoint);
    }

    @Override
    public String toString() {
        return "McpConnectorSettings[" + name + ", " + endpoint + "]";
    }

    /** Starts from the safe choice of everything. */
    public static final class Builder {
        private final String name;
        private final Endpoint endpoint;
        private Set<String> idempotentTools = Set.of();
        private Map<ToolName, ToolEffects> effects = Map.of();
        private Relay relay = Relay.NONE;
        private Optional<PermitToken.Subject> permit = Optional.of(PermitToken.Subject.PSEUDONYM);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration timeout = Duration.ofSeconds(60);
        private Duration freshness = Duration.ofSeconds(5);
        private int maxMessageBytes = 1024 * 1024;
        private int maxListed = 1000;
        private int maxConcurrent = 32;
        private Optional<String> newest = Optional.empty();

        private Builder(String name, Endpoint endpoint) {
            this.name = name;
            this.endpoint = endpoint;
        }

        /** Default: none. */
        public Builder idempotentTools(Set<String> value) {
            idempotentTools = value;
            return this;
        }

        /** Default: nothing is said of any tool. */
        public Builder effects(Map<ToolName, ToolEffects> value) {
            effects = value;
            return this;
        }

        /** Default: nothing. */
        public Builder relay(Relay value) {
            relay = value;
            return this;
        }

        /** Default: by the log's pseudonym. */
        public Builder permit(Optional<PermitToken.Subject> value) {
            permit = value;
            return this;
        }

        /** Default: 10 s. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** Default: 60 s. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** Default: 5 s. */
        public Builder freshness(Duration value) {
            freshness = value;
            return this;
        }

        /** Default: 1 MiB. */
        public Builder maxMessageBytes(int value) {
            maxMessageBytes = value;
            return this;
        }

        /** Default: 1000. */
        public Builder maxListed(int value) {
            maxListed = value;
            return this;
        }

        /** Default: 32. */
        public Builder maxConcurrent(int value) {
            maxConcurrent = value;
            return this;
        }

        /** Default: the newest that both speak. */
        public Builder newest(String value) {
            newest = Optional.of(value);
            return this;
        }

        public McpConnectorSettings build() {
            return new McpConnectorSettings(
                    name,
                    endpoint,
                    idempotentTools,
                    effects,
                    relay,
                    permit,
                    connectTimeout,
                    timeout,
                    freshness,
                    maxMessageBytes,
                    maxListed,
                    maxConcurrent,
                    newest);
        }
    }
}
